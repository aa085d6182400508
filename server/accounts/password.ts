import { fail } from '../../shared/errors.ts'
import { maxPasswordLength, minPasswordLength } from './auth.ts'

/** Passwords that guessers try first, of those long enough to be chosen at all. */
const common = new Set(
  `1234567890 0123456789 0987654321 1q2w3e4r5t 1qaz2wsx3edc administrator basketball changeme123 iloveyou123
   letmein123 mypassword passw0rd123 password12 password123 password1234 p@ssw0rd123 princess123 qwerty12345 qwerty123456
   qwertyuiop qwertyuiop123 q1w2e3r4t5 sunshine123 superman123 welcome123 welcome1234 1111111111 0000000000`
    .trim()
    .split(/\s+/),
)

/** Length is what counts (NIST SP 800-63B): no rules about signs. Errors: password_weak. */
export function checkPassword(password: string, { email = '', name = '' }: { email?: string; name?: string }): void {
  const length = [...password].length
  if (length < minPasswordLength)
    fail('password_weak', `Use at least ${minPasswordLength} characters for the password.`)
  if (password.length > maxPasswordLength)
    fail('password_weak', `Use at most ${maxPasswordLength} characters for the password.`)
  const plain = password.toLowerCase()
  const own = [email, email.split('@')[0] ?? '', name].map((text) => text.trim().toLowerCase())
  if (common.has(plain) || new Set(plain).size < 4 || own.includes(plain))
    fail('password_weak', 'This password is one of the first that a guesser tries; choose another.')
}
