/** The page's own words. A creator's language that is not here gets English words and its own dates. */
const en = {
  skip: 'Skip to the text',
  readingMinutes: (n: number) => `${n} min read`,
  updated: (date: string) => `Updated ${date}`,
  newerPost: 'Newer post',
  olderPost: 'Older post',
  newerPosts: 'Newer posts',
  olderPosts: 'Older posts',
  newest: 'Newest posts',
  pages: 'Pages',
  morePosts: 'More posts',
  tags: 'Tags',
  tagged: (tag: string) => `Posts about ${tag}`,
  allPosts: 'All posts',
  posts: 'Posts',
  nothingYet: (name: string) => `${name} has not published anything yet.`,
  follow: 'Follow in a feed reader',
  by: (name: string) => `By ${name}`,
  about: (name: string) => `About ${name}`,
  home: (name: string) => `All of ${name}’s posts`,
  notFoundTitle: 'There is nothing here',
  notFound: 'The address may have a typing mistake, or the page has moved.',
  goneTitle: 'This post was taken down',
  gone: 'It was published here once. Its author has since withdrawn it.',
  methodTitle: 'This page can only be read',
  method: 'The request asked to change something at an address that is for reading.',
  toHome: 'Go to the front page',
  speed: 'Speed',
  quality: 'Quality',
  automatic: 'Automatic',
  untitled: 'Untitled',
  madeWith: 'Published with Grover',
}
export type Words = typeof en

const de: Words = {
  skip: 'Zum Text springen',
  readingMinutes: (n) => `${n} Min. Lesezeit`,
  updated: (date) => `Aktualisiert am ${date}`,
  newerPost: 'Neuerer Beitrag',
  olderPost: 'Älterer Beitrag',
  newerPosts: 'Neuere Beiträge',
  olderPosts: 'Ältere Beiträge',
  newest: 'Neueste Beiträge',
  pages: 'Seiten',
  morePosts: 'Weitere Beiträge',
  tags: 'Schlagwörter',
  tagged: (tag) => `Beiträge über ${tag}`,
  allPosts: 'Alle Beiträge',
  posts: 'Beiträge',
  nothingYet: (name) => `${name} hat noch nichts veröffentlicht.`,
  follow: 'Im Feedreader folgen',
  by: (name) => `Von ${name}`,
  about: (name) => `Über ${name}`,
  home: (name) => `Alle Beiträge von ${name}`,
  notFoundTitle: 'Hier ist nichts',
  notFound: 'Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.',
  goneTitle: 'Dieser Beitrag wurde zurückgezogen',
  gone: 'Er stand einmal hier. Die Autorin oder der Autor hat ihn seither zurückgezogen.',
  methodTitle: 'Diese Seite kann nur gelesen werden',
  method: 'Die Anfrage wollte an einer Adresse etwas ändern, die nur zum Lesen da ist.',
  toHome: 'Zur Startseite',
  speed: 'Tempo',
  quality: 'Qualität',
  automatic: 'Automatisch',
  untitled: 'Ohne Titel',
  madeWith: 'Veröffentlicht mit Grover',
}

/** A language tag in its canonical form; what is none becomes English. */
export function canonicalLanguage(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en'
  } catch {
    return 'en'
  }
}

/** The page's words and the language they really are in (for `lang` where it differs from the creator's). */
export function wordsFor(language: string): { words: Words; language: string } {
  const primary = canonicalLanguage(language).split('-')[0]
  return primary === 'de' ? { words: de, language: 'de' } : { words: en, language: 'en' }
}

/** Scripts written from right to left, by the language's likely script. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  const { script } = new Intl.Locale(canonicalLanguage(language)).maximize()
  return script !== undefined && ['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg'].includes(script)
    ? 'rtl'
    : 'ltr'
}
