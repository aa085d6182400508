const firstMs = 500
const longestMs = 30_000

/**
 * How long to wait before the attempt after `failures` failed ones: doubling up to half a minute, with jitter, so that
 * a server that comes back is not met by all its devices in the same moment.
 */
export function backoffMs(failures: number, random: () => number): number {
  const most = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1))
  return Math.round(most * (0.5 + random() / 2))
}
