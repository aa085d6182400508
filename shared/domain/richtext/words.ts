let segmenter: Intl.Segmenter | undefined

/**
 * Words as Unicode counts them (UAX #29, with dictionaries for the scripts that write no spaces): "日本語の文章" is not
 * one word and "don't" is not two.
 */
export function countWords(text: string): number {
  if (text.trim() === '') return 0
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  let words = 0
  for (const segment of segmenter.segment(text)) if (segment.isWordLike) words++
  return words
}

/** Minutes to read so many words, at least one. 230 words a minute is the middle of what Brysbaert (2019) measured. */
export const readingMinutes = (words: number): number => Math.max(1, Math.round(words / 230))
