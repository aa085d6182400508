const known = new Map<string, boolean>()

/**
 * Whether this runtime's zone data knows the IANA name (aliases such as `Asia/Calcutta` too). A bare offset like
 * `+02:00` is refused: it would be an hour off after the next clock change. Light: it asks `Intl` alone.
 */
export function isZone(zone: string): boolean {
  const cached = known.get(zone)
  if (cached !== undefined) return cached
  const is = /^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(zone) && isKnown(zone)
  // Names come from outside: remember a bounded number.
  if (known.size > 2000) known.clear()
  known.set(zone, is)
  return is
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}
