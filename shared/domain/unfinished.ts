/** What a post cannot do without before readers get it. */
export type Lack = 'title' | 'text'

/** What is missing of it; a post of pictures alone needs no words. */
export function lacksOf({ title, words, pictures }: { title: string; words: number; pictures: number }): Lack[] {
  const lacks: Lack[] = []
  if (title.trim() === '') lacks.push('title')
  if (words === 0 && pictures === 0) lacks.push('text')
  return lacks
}
