/** One measured figure. `goal` is what it should be, as text; `met` says whether it is. */
export type Figure = { name: string; value: number; unit: string; goal: string; met: boolean }

const round = (value: number) => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))

export const atMost = (name: string, value: number, unit: string, goal: number): Figure => ({
  name,
  value: round(value),
  unit,
  goal: `≤ ${goal}`,
  met: value <= goal,
})

export const atLeast = (name: string, value: number, unit: string, goal: number): Figure => ({
  name,
  value: round(value),
  unit,
  goal: `≥ ${goal}`,
  met: value >= goal,
})

/** A figure nobody has set a goal for. */
export const noted = (name: string, value: number, unit: string): Figure => ({
  name,
  value: round(value),
  unit,
  goal: 'none',
  met: true,
})

/** The value below which the share `p` (0–1) of `values` lies, by nearest rank. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)
