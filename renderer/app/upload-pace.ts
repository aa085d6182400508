export type Sample = { at: number; sent: number }

/** Seconds until `left` bytes are sent at the pace of the samples; null while the pace is not known or says nothing. */
export function secondsLeft(samples: readonly Sample[], left: number): number | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (!first || !last || left <= 0) return null
  const seconds = (last.at - first.at) / 1000
  const bytes = last.sent - first.sent
  if (seconds < 1.5 || bytes <= 0) return null
  return Math.ceil((left * seconds) / bytes)
}
