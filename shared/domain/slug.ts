import { fail } from '../errors.ts'

/** Longest slug an author may choose (`PostSchema.slug`), and the length a derived one is cut to. */
const maxSlugLength = 120
const derivedLength = 80

/** Names below `/@handle/` that the audience's pages use or may come to use. */
export const reservedSlugs: ReadonlySet<string> = new Set([
  'about',
  'archive',
  'atom',
  'feed',
  'feeds',
  'join',
  'live',
  'media',
  'members',
  'membership',
  'page',
  'pages',
  'posts',
  'rss',
  'search',
  'sitemap',
  'spaces',
  'stories',
  'subscribe',
  'tag',
  'tags',
  'tip',
])

/**
 * A text as the last part of an address: letters and digits of any script in their NFKC lower-case form, joined by
 * single hyphens. Everything else (punctuation, path separators, control characters, marks that change the reading
 * direction) separates words or disappears. May be empty.
 */
export function slugFrom(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase().normalize('NFKC')
  const words = lower
    // An apostrophe stands inside a word ("don't"), so it leaves no gap; nor does what nobody can see.
    .replace(/['’ʼ]|\p{Cf}/gu, '')
    // Marks carry meaning in many scripts, but only on a letter, and no more than three deep.
    .replace(/(?<=[\p{L}\p{Nd}]\p{M}{3})\p{M}+/gu, '')
    .split(/[^\p{L}\p{Nd}\p{M}]+/u)
    .map((word) => word.replace(/^\p{M}+/u, ''))
    .filter((word) => word !== '')
  return words.join('-')
}

/** The slug of a post whose author chose none: from its title, cut at a word; `post` where the title has no letters. */
export function deriveSlug(title: string): string {
  const cut = cutAtWord(slugFrom(title), derivedLength)
  return cut === '' ? 'post' : cut
}

function cutAtWord(slug: string, length: number): string {
  if (slug.length <= length) return slug
  const hyphen = slug.lastIndexOf('-', length)
  if (hyphen > 0) return slug.slice(0, hyphen)
  // One endless word: cut between characters, never inside a surrogate pair or off a letter's marks.
  let end = length
  while (end > 1 && /[\p{M}\udc00-\udfff]/u.test(slug.slice(end, end + 1))) end--
  return slug.slice(0, end)
}

/**
 * The slug an author chose, if it can be an address. Errors: `slug_invalid`, with a sentence that offers the nearest
 * slug that can. Nothing is rewritten in silence: the author may have printed the address already.
 */
export function checkSlug(slug: string): string {
  if (slug.length > maxSlugLength) {
    fail('slug_invalid', `The address of a post can have ${maxSlugLength} characters at most.`)
  }
  const clean = slugFrom(slug)
  if (slug !== clean || clean === '') {
    const offer = cutAtWord(clean, derivedLength)
    fail(
      'slug_invalid',
      'The address of a post is made of small letters and digits joined by single hyphens.' +
        (offer === '' ? '' : ` “${offer}” would do.`),
      offer === '' ? undefined : { suggestion: offer },
    )
  }
  if (reservedSlugs.has(slug)) {
    fail('slug_invalid', `“${slug}” is an address the page itself uses. “${slug}-2” would do.`, {
      suggestion: `${slug}-2`,
    })
  }
  return slug
}

/** The first of `base`, `base-2`, `base-3` … that is neither taken nor reserved. */
export function freeSlug(base: string, isTaken: (slug: string) => boolean): string {
  if (!reservedSlugs.has(base) && !isTaken(base)) return base
  for (let n = 2; ; n++) {
    const slug = `${base}-${n}`
    if (!isTaken(slug)) return slug
  }
}
