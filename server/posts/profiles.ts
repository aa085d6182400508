import { type Kysely, sql } from 'kysely'
import type { Setting } from '../../shared/collections/settings.ts'
import type { Database } from '../database/database.ts'

/** Keeps `profiles` as the settings document `profile` says; without one the page falls back to its defaults. */
export async function projectProfile(
  tx: Kysely<Database>,
  workspaceId: string,
  profile: Setting['profile'] | null,
): Promise<void> {
  if (!profile) {
    await sql`delete from profiles where workspace_id = ${workspaceId}`.execute(tx)
    return
  }
  await sql`
    insert into profiles (workspace_id, name, bio, accent_hue, theme, avatar, cover, language)
    values (${workspaceId}, ${profile.name}, ${profile.bio}, ${profile.accentHue}, ${profile.theme}, ${profile.avatar},
      ${profile.cover}, ${profile.language})
    on conflict (workspace_id) do update set
      name = excluded.name, bio = excluded.bio, accent_hue = excluded.accent_hue, theme = excluded.theme,
      avatar = excluded.avatar, cover = excluded.cover, language = excluded.language`.execute(tx)
}
