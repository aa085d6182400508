import MiniSearch from 'minisearch'
import type { Text } from '../posts/light-index.ts'

/** Marks off, case off: `Café` is found by `cafe`. */
const fold = (term: string): string => term.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Words, also of scripts that put no space between them. */
function words(text: string): string[] {
  if (!unspaced.test(text)) return text.split(/[^\p{L}\p{N}\p{M}’']+/u).filter(Boolean)
  return [...segmenter.segment(text)].filter((part) => part.isWordLike).map((part) => part.segment)
}

/** Full-text search over posts that forgives typing mistakes. Holds no texts, only where their words occur. */
export function createSearchEngine() {
  const index = new MiniSearch<Text>({
    fields: ['title', 'summary', 'tags', 'text'],
    extractField: (post, field) => {
      const value = post[field as keyof Text]
      return Array.isArray(value) ? value.join(' ') : value
    },
    tokenize: words,
    processTerm: fold,
    // In one go: MiniSearch walks its tree of words between batches, and a post put in meanwhile takes the branch away
    // from under it ("reading 'keys' of undefined"). The worker has the time.
    autoVacuum: { batchSize: Number.MAX_SAFE_INTEGER },
  })
  return {
    put(posts: readonly Text[]): void {
      for (const post of posts) {
        if (index.has(post.id)) index.discard(post.id)
        index.add(post)
      }
    },
    remove(id: string): void {
      if (index.has(id)) index.discard(id)
    },
    /** Ids, best first. All words must occur, the last one may be begun; longer words may be mistyped. */
    search(query: string, limit = 1000): string[] {
      return index
        .search(query, {
          combineWith: 'AND',
          prefix: (_term, i, terms) => i === terms.length - 1,
          fuzzy: (term) => (term.length > 3 ? 0.2 : false),
          boost: { title: 4, tags: 3, summary: 2 },
        })
        .slice(0, limit)
        .map((result) => String(result.id))
    },
    size: () => index.documentCount,
  }
}

export type SearchEngine = ReturnType<typeof createSearchEngine>
