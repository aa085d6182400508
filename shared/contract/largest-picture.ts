import { fail } from '../errors.ts'

/** Largest picture taken in, in bytes. It travels to the host whole in one message, whose own limit (64 MiB) lies above. */
export const largestPicture = 50_000_000

/** To be asked before a file is sent: a message over the limit costs the whole bridge. Error: `too_large`. */
export function refuseTooLarge({ size }: { size: number }): void {
  if (size > largestPicture)
    fail('too_large', `This picture has ${Math.round(size / 1e6)} MB; up to ${largestPicture / 1e6} MB are taken.`)
}
