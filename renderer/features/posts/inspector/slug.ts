import { checkSlug, deriveSlug, freeSlug } from '../../../../shared/domain/slug.ts'
import { GroverError } from '../../../../shared/errors.ts'

export type SlugVerdict =
  /** Nothing chosen: `derived` is what the title gives when the post is first published. */
  | { kind: 'derived'; derived: string }
  | { kind: 'good' }
  /** Another post has it: `offer` is free. */
  | { kind: 'taken'; title: string; offer: string }
  /** It can be no address; `offer` can, or is empty. */
  | { kind: 'invalid'; message: string; offer: string }

export type OtherPost = { id: string; slug: string; path: string; title: string }

/** The address a post has now: its own wish, or the one it was published under. */
const slugOf = (post: OtherPost): string => post.slug || decodeURIComponent(post.path.split('/')[2] ?? '')

/**
 * Checks an address against the rules and against every other post on this device, with the network off too. `current` is
 * the one the post was published under: nobody's choice, but it stays.
 */
export function judgeSlug(slug: string, title: string, others: readonly OtherPost[], current = ''): SlugVerdict {
  const holder = (wanted: string): OtherPost | undefined => others.find((post) => slugOf(post) === wanted)
  if (slug === '' && current !== '') return { kind: 'derived', derived: current }
  if (slug === '')
    return { kind: 'derived', derived: freeSlug(deriveSlug(title), (each) => holder(each) !== undefined) }
  try {
    checkSlug(slug)
  } catch (error) {
    if (!(error instanceof GroverError)) throw error
    const offer = error.details?.suggestion
    return { kind: 'invalid', message: error.message, offer: typeof offer === 'string' ? offer : '' }
  }
  const other = holder(slug)
  if (!other) return { kind: 'good' }
  return { kind: 'taken', title: other.title, offer: freeSlug(slug, (each) => holder(each) !== undefined) }
}
