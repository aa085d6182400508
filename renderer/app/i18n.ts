import i18next, { type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { localeOf } from './format.ts'

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

const stored = 'grover.language'

export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(stored)
  const wishes = [chosen, ...navigator.languages].filter((each) => each !== null)
  for (const wish of wishes) {
    const found = languages.find((each) => wish.toLowerCase().split('-')[0] === each)
    if (found) return found
  }
  return 'en'
}

/** Every feature's words are a file of their own, fetched with the feature. */
const files = import.meta.glob<{ default: Record<string, unknown> }>('./locales/*/*.json')

const backend: BackendModule = {
  type: 'backend',
  init() {},
  async read(language, namespace) {
    const load = files[`./locales/${language}/${namespace}.json`]
    if (!load) throw new Error(`There are no words for “${namespace}” in ${language}.`)
    return (await load()).default
  },
}

const follow = (language: string) => {
  document.documentElement.lang = localeOf(language)
}

export async function startI18n(): Promise<void> {
  i18next.on('languageChanged', follow)
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferredLanguage(),
      fallbackLng: 'en',
      supportedLngs: languages,
      ns: ['app', 'ui'],
      defaultNS: 'app',
      // React escapes what it renders; escaping here too would show `&amp;` to people.
      interpolation: { escapeValue: false },
      returnNull: false,
    })
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(stored, language)
  await i18next.changeLanguage(language)
}
