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

const firstNumbers = [2, 3, 4, 5]

/**
 * Who has each of these addresses and, where numbered variants may be needed, those. All are looked up by their exact
 * names in two statements; only where the first variants are all taken are the others read, as a range of the key, one
 * base at a time (joined to many bases, the planner reads every address of the workspace for each).
 */
async function ownersOf(
  tx: Kysely<Database>,
  workspaceId: string,
  bases: readonly string[],
): Promise<Map<string, string>> {
  type Row = { slug: string; post_id: string }
  const owners = new Map<string, string>()
  const lookUp = async (slugs: readonly string[]) => {
    if (slugs.length === 0) return
    const { rows } = await sql<Row>`
      select slug, post_id from post_slugs where workspace_id = ${workspaceId} and slug = any(${slugs})`.execute(tx)
    for (const row of rows) owners.set(row.slug, row.post_id)
  }
  await lookUp([...new Set(bases)])
  const times = new Map<string, number>()
  for (const base of bases) times.set(base, (times.get(base) ?? 0) + 1)
  // Numbers are needed where an address is taken, is one of the page's own, or is wanted by several of these posts.
  const contested = [...times].filter(([base, n]) => n > 1 || owners.has(base) || reservedSlugs.has(base))
  await lookUp(contested.flatMap(([base]) => firstNumbers.map((n) => `${base}-${n}`)))
  for (const [base, wanted] of contested) {
    const free = firstNumbers.filter((n) => !owners.has(`${base}-${n}`)).length
    if (free >= wanted) continue
    // The key is in byte order, in which '-' is followed by '.'.
    const { rows } = await sql<Row>`
      select slug, post_id from post_slugs
      where workspace_id = ${workspaceId} and slug > ${`${base}-`} and slug < ${`${base}.`}`.execute(tx)
    for (const row of rows) owners.set(row.slug, row.post_id)
  }
  return owners
}
