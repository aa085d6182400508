import type { ErrorCode } from '../errors.ts'
import { reservedHandles } from './reserved-handles.ts'

/** A person's public name: `@ada`. Kept and compared in lower case. */
export type HandleProblem = {
  code: Extract<ErrorCode, 'handle_invalid' | 'handle_reserved' | 'handle_lookalike'>
  message: string
}

const minHandleLength = 3
export const maxHandleLength = 30

/**
 * Letters of other alphabets that pass for an ASCII one, beside what NFKD already folds (full width, mathematical,
 * circled, accented). All of them are refused; the table only lets us say why.
 * Source: the single-letter part of https://www.unicode.org/Public/security/latest/confusables.txt
 */
const foreign: Record<string, string> = Object.fromEntries(
  (
    [
      ['a', 'аαɑ'],
      ['b', 'ьƅ'],
      ['c', 'сϲ'],
      ['d', 'ԁ'],
      ['e', 'еҽ'],
      ['g', 'ɡց'],
      ['h', 'һհ'],
      ['i', 'іıɩι'],
      ['j', 'јϳ'],
      ['k', 'кκ'],
      ['l', 'ӏ|ǀו'],
      ['m', 'м'],
      ['n', 'пո'],
      ['o', 'оοσօ'],
      ['p', 'рρ'],
      ['q', 'ԛ'],
      ['r', 'г'],
      ['s', 'ѕ'],
      ['t', 'тτ'],
      ['u', 'υսʋ'],
      ['v', 'νѵ'],
      ['w', 'ԝѡω'],
      ['x', 'хχ'],
      ['y', 'уγ'],
      ['z', 'ᴢ'],
    ] as [string, string][]
  ).flatMap(([ascii, alike]) => [...alike].map((letter): [string, string] => [letter, ascii])),
)

/** Marks, joiners and direction signs that leave no trace on the screen. */
const invisible = /[\p{M}\p{Cf}\u115f\u1160\u3164\uffa0]/gu

/** What the eye takes a word for, as far as it is ASCII. */
const seen = (text: string): string =>
  [...text.normalize('NFKD').replace(invisible, '').toLowerCase()].map((letter) => foreign[letter] ?? letter).join('')

/**
 * Two handles with the same skeleton are taken for each other on a screen, so only one workspace may have them:
 * `paypa1` and `paypal`, `mornlng` and `morning`, `ada_l` and `ada-l`. Pairs that people do tell apart (`cl` and `d`)
 * are left alone, since they would forbid real names.
 */
export const handleSkeleton = (handle: string): string =>
  handle
    .toLowerCase()
    .replaceAll('_', '-')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/[01i582]/g, (letter) => ({ 0: 'o', 1: 'l', i: 'l', 5: 's', 8: 'b', 2: 'z' })[letter] ?? letter)

const squash = (skeleton: string): string => skeleton.replaceAll('-', '')
const reservedWords = new Set(reservedHandles)
const reservedSkeletons = new Set(reservedHandles.map((word) => squash(handleSkeleton(word))))
const product = squash(handleSkeleton('grover'))

/** `grover`, `grover-support`, `team_grover`: what only we may be called. */
const claimsToBeUs = (squashed: string): boolean =>
  squashed.includes(product) &&
  (squashed === product || squashed.split(product).every((rest) => rest === '' || reservedSkeletons.has(rest)))

/** A handle as it is kept and shown. */
export const canonicalHandle = (handle: string): string => handle.toLowerCase()

/**
 * Why this cannot be a handle, or null. Whether somebody has it already only the server knows.
 * ASCII letters, digits, `_` and `-`, from 3 to 30, beginning and ending with a letter or a digit.
 */
export function handleProblem(input: string): HandleProblem | null {
  if (/[^\p{ASCII}]/u.test(input)) {
    const looksLike = seen(input)
    return /^[a-z0-9_-]+$/.test(looksLike)
      ? {
          code: 'handle_lookalike',
          message: `This only looks like “${looksLike}”: use the letters a to z without accents or other alphabets.`,
        }
      : { code: 'handle_invalid', message: 'Use the letters a to z, digits, - and _ only.' }
  }
  if (!/^[a-z0-9_-]*$/i.test(input))
    return { code: 'handle_invalid', message: 'Use the letters a to z, digits, - and _ only.' }
  if (input.length < minHandleLength || input.length > maxHandleLength)
    return { code: 'handle_invalid', message: `Use ${minHandleLength} to ${maxHandleLength} characters.` }
  if (!/^[a-z0-9].*[a-z0-9]$/i.test(input) || /[-_]{2}/.test(input))
    return { code: 'handle_invalid', message: 'Begin and end with a letter or digit, and put no two - or _ together.' }
  if (reservedWords.has(canonicalHandle(input)))
    return { code: 'handle_reserved', message: `“${canonicalHandle(input)}” is reserved; choose another name.` }
  const squashed = squash(handleSkeleton(input))
  if (reservedSkeletons.has(squashed) || claimsToBeUs(squashed))
    return { code: 'handle_lookalike', message: 'This looks like a name that is reserved; choose another.' }
  return null
}

/** A valid handle made from a person's name or address, for those who were not asked for one. */
export function suggestHandle(name: string): string {
  const word = seen(name)
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 20)
    .replace(/^-+|-+$/g, '')
  if (handleProblem(word) === null) return word
  const longer = `${word}-posts`.replace(/^-/, '')
  return handleProblem(longer) === null ? longer : 'writer'
}
