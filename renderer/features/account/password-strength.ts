/** What the server asks at least; see server/accounts/password.ts. */
export const minPasswordLength = 10
export const maxPasswordLength = 128

export type Strength = 'empty' | 'short' | 'weak' | 'fair' | 'strong'

const common = [
  'password',
  'passwort',
  'qwerty',
  'qwertz',
  'letmein',
  'welcome',
  'admin',
  'grover',
  'iloveyou',
  '123456',
]

/**
 * A hint while a password is chosen, by rough bits: the length counts most, repeated and neighbouring characters count
 * little, well-known beginnings and the person's own name or address not at all. The server has the last word.
 */
export function passwordStrength(password: string, own: readonly string[] = []): Strength {
  if (password === '') return 'empty'
  if (password.length < minPasswordLength) return 'short'
  let rest = password.toLowerCase()
  const known = [...common, ...own.map((each) => each.toLowerCase()).filter((each) => each.length >= 3)]
  for (const word of known) rest = rest.split(word).join('*')
  let bits = 0
  for (let i = 0; i < rest.length; i++) {
    const step = i === 0 ? 99 : Math.abs(rest.charCodeAt(i) - rest.charCodeAt(i - 1))
    const isNew = rest.indexOf(rest[i]!) === i
    bits += step <= 1 ? 0.7 : isNew ? 4 : 2.2
  }
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length
  bits += (kinds - 1) * 3
  if (bits < 30) return 'weak'
  return bits < 52 ? 'fair' : 'strong'
}
