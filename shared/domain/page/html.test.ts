import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html, jsonForScript, plainLine } from '../html.ts'
import { hueStep } from './hue.ts'
import { excerptOf } from './model.ts'
import { canonicalLanguage, directionOf, wordsFor } from './words.ts'

test('everything put into a page is escaped, except what is markup already', () => {
  const bold = html`<b>${'<i>'}</b>`
  expect(html`<p title="${'"x"'}">${bold}${[bold, '&']}${null}${undefined}${false}${0}</p>`.markup).toBe(
    '<p title="&quot;x&quot;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>&amp;0</p>',
  )
})

test('data for machines cannot end its element and reads back the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('</script><!--<script>')), (text) => {
      const { markup } = jsonForScript({ text })
      expect(markup).not.toMatch(/[<>]/)
      expect(JSON.parse(markup)).toEqual({ text })
    }),
  )
})

test('a line keeps no character that breaks it or turns it around', () => {
  expect(plainLine('  a\nb\tc\u202Egnp.exe\u0000 ')).toBe('a b c gnp.exe')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they must be gone
      expect(plainLine(text)).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]|^\s|\s$|\s\s/)
      expect(plainLine(text).isWellFormed()).toBe(true)
    }),
  )
})

test('an excerpt ends between words, and a short text is whole', () => {
  expect(excerptOf('Short.')).toBe('Short.')
  expect(excerptOf('one two three, four', 14)).toBe('one two three…')
  expect(excerptOf('x'.repeat(50), 10)).toBe(`${'x'.repeat(10)}…`)
  expect(excerptOf('😀'.repeat(50), 11).isWellFormed()).toBe(true)
})

test('accents come in the hues that the style sheet has', () => {
  expect([0, 4.9, 5, 150, 355, 359, 360, Number.NaN].map(hueStep)).toEqual([0, 0, 10, 150, 0, 0, 0, 150])
})

test('languages: the words of those we speak, the direction of all', () => {
  expect([wordsFor('de-CH').language, wordsFor('pt').language, wordsFor('').language]).toEqual(['de', 'en', 'en'])
  expect([directionOf('ar'), directionOf('he-IL'), directionOf('fa'), directionOf('en'), directionOf('?')]).toEqual([
    'rtl',
    'rtl',
    'rtl',
    'ltr',
    'ltr',
  ])
  expect([canonicalLanguage('DE-at'), canonicalLanguage('"><x')]).toEqual(['de-AT', 'en'])
})
