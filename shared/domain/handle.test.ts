import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalHandle, handleProblem, handleSkeleton, suggestHandle } from './handle.ts'

const code = (handle: string) => handleProblem(handle)?.code

test('plain handles of 3 to 30 characters are accepted', () => {
  for (const handle of ['ada', 'Ada', 'ada-lovelace', 'ada_l', 'a1b', '123', 'x'.repeat(30)])
    expect(handleProblem(handle), handle).toBeNull()
})

test('too short, too long and badly punctuated ones are refused', () => {
  for (const handle of [
    '',
    'ab',
    'x'.repeat(31),
    '-ada',
    'ada_',
    'a--b',
    'a-_b',
    'ada lovelace',
    'ada.l',
    '../x',
    'a/b',
  ])
    expect(code(handle), handle).toBe('handle_invalid')
})

test('letters of other alphabets, full-width and invisible ones are refused as look-alikes', () => {
  for (const handle of [
    'аda', // Cyrillic а
    'pаypаl',
    'ａｄａ', // full width
    '𝒶𝒹𝒶', // mathematical
    'adá',
    'ad\u200da', // zero-width joiner
    'ada\u202e', // right-to-left override
    'gr\u00adover', // soft hyphen
    'οmega', // Greek ο
    'mıla', // dotless ı
  ])
    expect(code(handle), handle).toBe('handle_lookalike')
  expect(code('日本語')).toBe('handle_invalid')
  expect(code('ada😀')).toBe('handle_invalid')
})

test('reserved words, and what looks like them, are refused', () => {
  for (const handle of ['admin', 'ADMIN', 'api', 'grover', 'support', 'www'])
    expect(code(handle), handle).toBe('handle_reserved')
  for (const handle of [
    'adm1n',
    'adrnin',
    'supp0rt',
    'ad-min',
    'gr0ver',
    'grover-support',
    'team_grover',
    'g-rover',
    '5upport',
  ])
    expect(code(handle), handle).toBe('handle_lookalike')
  for (const handle of ['supporter', 'grover-fan', 'administers']) expect(handleProblem(handle), handle).toBeNull()
})

test('what the eye confuses has one skeleton', () => {
  for (const [one, other] of [
    ['paypa1', 'paypal'],
    ['paypaI', 'paypal'],
    ['rnila', 'mila'],
    ['vvilma', 'wilma'],
    ['z0e', 'zoe'],
    ['ada_l', 'ada-l'],
    ['5am', 'sam'],
    ['8ob', 'bob'],
  ] as const)
    expect(handleSkeleton(one), one).toBe(handleSkeleton(other))
  for (const [one, other] of [
    ['clara', 'dara'],
    ['john-doe', 'johndoe'],
    ['ada', 'eda'],
  ] as const)
    expect(handleSkeleton(one), one).not.toBe(handleSkeleton(other))
})

test('a skeleton does not depend on case, and is its own skeleton', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{3,30}$/), (handle) => {
      const skeleton = handleSkeleton(handle)
      expect(handleSkeleton(canonicalHandle(handle))).toBe(skeleton)
      expect(handleSkeleton(handle.toUpperCase())).toBe(skeleton)
    }),
  )
})

test('nothing outside ASCII is ever accepted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      if (handleProblem(text) === null) expect(text).toMatch(/^[A-Za-z0-9_-]{3,30}$/)
    }),
  )
})

test('a suggestion made from any name is a valid handle', () => {
  expect(suggestHandle('Ada Lovelace')).toBe('ada-lovelace')
  expect(suggestHandle('Zoë Müller')).toBe('zoe-muller')
  expect(suggestHandle('Li')).toBe('li-posts')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(handleProblem(suggestHandle(name))).toBeNull()
    }),
  )
  for (const name of ['admin', '日本', '', '---', 'Grover']) expect(handleProblem(suggestHandle(name)), name).toBeNull()
})
