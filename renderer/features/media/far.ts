/** The address of a file that lies at the server, since when it holds, and whether a player has failed at it. */
export type FarAddress = { address: string; sinceMs: number; hasFailed: boolean }

/** By hash: the files that this device has not got, as far as the server could be asked for them. */
export type Far = ReadonlyMap<string, FarAddress>

/** Of an address that fails this soon, the age is not the reason. */
const freshMs = 60_000

/**
 * Looks for each file that has no address yet, or one at which a player failed: on this device, then at the server. The
 * same `far` where nothing is new: other addresses stay as they are, because a film begins anew at another one.
 */
export async function lookFor(
  hashes: readonly string[],
  far: Far,
  {
    isHere,
    ask,
    now,
  }: {
    isHere(hash: string): Promise<boolean>
    /** Null: the server could not be asked, or has not got it. */
    ask(hash: string): Promise<string | null>
    /** Epoch milliseconds. */
    now(): number
  },
): Promise<Far> {
  const found = new Map(far)
  let isNew = false
  for (const hash of hashes) {
    const had = far.get(hash)
    if (had && !had.hasFailed) continue
    if (await isHere(hash)) {
      isNew = found.delete(hash) || isNew
      continue
    }
    const address = await ask(hash)
    if (address === null) continue
    found.set(hash, { address, sinceMs: now(), hasFailed: false })
    isNew = true
  }
  return isNew ? found : far
}

/**
 * A player failed at an address. `isOld`: it and others of its age, such as the captions', are to be asked for now. A film
 * that cannot be played at a fresh address would not play at the next one either: it waits until the network has been away.
 */
export function noteFailure(far: Far, address: string, nowMs: number): { far: Far; isOld: boolean } {
  const failed = [...far.values()].find((one) => one.address === address)
  if (!failed) return { far, isOld: false }
  const isOver = ({ sinceMs }: FarAddress): boolean => nowMs - sinceMs >= freshMs
  const isOld = isOver(failed)
  const noted = [...far].map(
    ([hash, one]) => [hash, one === failed || (isOld && isOver(one)) ? { ...one, hasFailed: true } : one] as const,
  )
  return { far: new Map(noted), isOld }
}
