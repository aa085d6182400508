import { AsyncLocalStorage } from 'node:async_hooks'

/** What our routes know about a request and better-auth has no field for; read where rows are made. */
export type RequestFacts = { handle?: string | undefined; deviceName?: string | undefined }

export const requestFacts = new AsyncLocalStorage<RequestFacts>()

/** What to call a device that did not name itself: `Firefox on Linux`. */
export function deviceFromUserAgent(userAgent: string | null | undefined): string {
  const agent = userAgent ?? ''
  const program = /Electron/.test(agent)
    ? 'Grover Studio'
    : /Edg\//.test(agent)
      ? 'Edge'
      : /Firefox\//.test(agent)
        ? 'Firefox'
        : /Chrom(e|ium)\//.test(agent)
          ? 'Chrome'
          : /Safari\//.test(agent)
            ? 'Safari'
            : null
  const system = /Windows/.test(agent)
    ? 'Windows'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Mac OS X|Macintosh/.test(agent)
        ? 'macOS'
        : /Android/.test(agent)
          ? 'Android'
          : /Linux|X11/.test(agent)
            ? 'Linux'
            : null
  if (program && system) return `${program} on ${system}`
  return program ?? system ?? 'Unknown device'
}

/** A device's name as it may be shown: one line, no control or direction signs, at most 60 characters. */
export function cleanDeviceName(name: string | undefined): string | undefined {
  const clean = name
    ?.normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return clean ? [...clean].slice(0, 60).join('') : undefined
}
