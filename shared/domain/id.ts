/**
 * ULID: 48 bits of time and 80 random bits as 26 characters of Crockford's base 32, so that ids made offline on many
 * devices do not meet and still sort by creation. Source: https://github.com/ulid/spec
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export function newId(now: number = Date.now()): string {
  let time = ''
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time
  let random = ''
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) random += alphabet[byte & 31]
  return time + random
}
