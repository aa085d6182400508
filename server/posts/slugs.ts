import { type Kysely, sql } from 'kysely'
import { checkSlug, deriveSlug, freeSlug, reservedSlugs } from '../../shared/domain/slug.ts'
import { GroverError } from '../../shared/errors.ts'
import type { Database } from '../database/database.ts'

export type SlugWish = {
  postId: string
  /** What the author chose, or empty. */
  chosen: string
  title: string
  /** The address the post has now, or empty if it never was public. */
  current: string
}

/**
 * An address for each post, under the workspace's lock. A post keeps the address it has unless its author chooses
 * another; addresses once public stay with their post (they redirect), so they are taken for all others.
 * A wish that cannot be granted gets a GroverError (`slug_invalid`, `slug_taken`) in place of its slug.
 */
export async function assignSlugs(
  tx: Kysely<Database>,
  workspaceId: string,
  wishes: readonly SlugWish[],
): Promise<Map<string, string | GroverError>> {
  const bases = new Map(wishes.map((wish) => [wish.postId, wish.chosen || wish.current || deriveSlug(wish.title)]))
  const owners = await ownersOf(tx, workspaceId, [...bases.values()])
  const assigned = new Map<string, string | GroverError>()
  for (const wish of wishes) {
    const isTaken = (slug: string) => (owners.get(slug) ?? wish.postId) !== wish.postId
    const slug = grant(wish, bases.get(wish.postId)!, isTaken)
    assigned.set(wish.postId, slug)
    if (typeof slug === 'string') owners.set(slug, wish.postId)
  }
  return assigned
}

function grant(wish: SlugWish, base: string, isTaken: (slug: string) => boolean): string | GroverError {
  if (!wish.chosen) return wish.current || freeSlug(base, isTaken)
  try {
    checkSlug(wish.chosen)
  } catch (error) {
    if (error instanceof GroverError) return error
    throw error
  }
  if (!isTaken(wish.chosen)) return wish.chosen
  const suggestion = freeSlug(wish.chosen, isTaken)
  return new GroverError('slug_taken', `Another post has the address “${wish.chosen}”. “${suggestion}” is free.`, {
    suggestion,
  })
}

/**
 * Who has each of these addresses and, where one is taken, its numbered variants. Most titles are new, so the range that
 * finds the variants is read for few of them, each by itself: joined, the planner reads all addresses for each.
 */
async function ownersOf(
  tx: Kysely<Database>,
  workspaceId: string,
  bases: readonly string[],
): Promise<Map<string, string>> {
  const { rows: exact } = await sql<{ slug: string; post_id: string }>`
    select slug, post_id from post_slugs where workspace_id = ${workspaceId} and slug = any(${bases})`.execute(tx)
  const owners = new Map(exact.map((row) => [row.slug, row.post_id]))
  // Numbers are also needed where several of these posts want the same address, and where it is one of the page's own.
  const repeated = bases.filter((slug, i) => bases.indexOf(slug) !== i || reservedSlugs.has(slug))
  for (const slug of new Set([...exact.map((row) => row.slug), ...repeated])) {
    // The key is in byte order, in which '-' is followed by '.'.
    const { rows: numbered } = await sql<{ slug: string; post_id: string }>`
      select slug, post_id from post_slugs
      where workspace_id = ${workspaceId} and slug > ${`${slug}-`} and slug < ${`${slug}.`}`.execute(tx)
    for (const row of numbered) owners.set(row.slug, row.post_id)
  }
  return owners
}
