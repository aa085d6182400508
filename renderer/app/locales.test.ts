import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorStatus } from '../../shared/errors.ts'

const folder = new URL('./locales/', import.meta.url)
const read = (language: string, file: string): unknown =>
  JSON.parse(readFileSync(new URL(`${language}/${file}`, folder), 'utf8'))

function flat(value: unknown, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, each] of Object.entries(value as Record<string, unknown>)) {
    if (typeof each === 'string') found.set(prefix + key, each)
    else for (const [inner, text] of flat(each, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}
const slots = (text: string) => [...text.matchAll(/\{\{\s*([^},\s]+)/g)].map((match) => match[1]).sort()

const files = readdirSync(new URL('en/', folder))

test('both languages have the same files', () => {
  expect(readdirSync(new URL('de/', folder))).toEqual(files)
})

test.each(files)('%s: every sentence is there in both languages, with the same slots', (file) => {
  const en = flat(read('en', file))
  const de = flat(read('de', file))
  expect([...de.keys()].sort()).toEqual([...en.keys()].sort())
  for (const [key, text] of en) expect(slots(de.get(key)!), key).toEqual(slots(text))
})

test.each(files)('%s: no exclamation marks', (file) => {
  for (const language of ['en', 'de']) {
    for (const [key, text] of flat(read(language, file))) expect(text, `${language} ${key}`).not.toContain('!')
  }
})

// Said to programs only: the studio never sends what they refuse.
const unseen = ['body_not_json', 'limit_out_of_range', 'checkpoint_invalid', 'method_not_allowed', 'checkpoint_expired']

test.each(['en', 'de'])('%s: every failure that can reach a person has its sentence', (language) => {
  const said = flat((read(language, 'app.json') as { problem: unknown }).problem)
  expect(Object.keys(errorStatus).filter((code) => !said.has(code))).toEqual(unseen)
})
