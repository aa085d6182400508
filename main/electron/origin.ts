import { studioScheme } from '../../shared/contract/handshake.ts'

export const studioHost = 'app'
export const studioOrigin = `${studioScheme}://${studioHost}`

/** Whether an address belongs to the studio's own pages. Parsed: `grover-studio://app.evil` begins the same. */
export function isStudio(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return false
  const { protocol, host, username } = new URL(address)
  return protocol === `${studioScheme}:` && host === studioHost && username === ''
}
