import { type Day, dayMs, dayWall, minuteMs } from './calendar-days.ts'
import type { ZoneOffsets } from './zone-offsets.ts'

/** The week view's time grid: half-hour slots by the clock on the wall, true to the days on which that clock jumps. */
export const slotMinutes = 30

/** A range of minutes of a day, `[from, to)`. */
export type Minutes = readonly [from: number, to: number]
/** Parts of a day's clock face that do not occur, and that occur twice. */
export type DayShape = { missing: Minutes[]; repeated: Minutes[] }

export function dayShape(day: Day, offsets: ZoneOffsets): DayShape {
  const start = dayWall(day)
  const shape: DayShape = { missing: [], repeated: [] }
  for (const t of offsets.transitions(start - 26 * 3_600_000, start + dayMs + 26 * 3_600_000)) {
    const [low, high] = [t.at + Math.min(t.beforeMs, t.afterMs), t.at + Math.max(t.beforeMs, t.afterMs)]
    const from = Math.max(0, (low - start) / minuteMs)
    const to = Math.min(dayMs / minuteMs, (high - start) / minuteMs)
    if (from < to) (t.afterMs > t.beforeMs ? shape.missing : shape.repeated).push([from, to])
  }
  return shape
}

/** One row of the grid; `second` rows are the repetition of an hour and exist only on the day that repeats it. */
export type Slot = { minute: number; second: boolean }

export type WeekAxis = { slots: Slot[]; shapes: DayShape[] }

/**
 * The rows a week needs: 48, and those of a repeated hour directly after its first run, so that the long day has all
 * its 25 hours and the others a hatched pause. A missing hour keeps its row, hatched on the short day.
 */
export function weekAxis(days: readonly Day[], offsets: ZoneOffsets): WeekAxis {
  const shapes = days.map((day) => dayShape(day, offsets))
  const slots: Slot[] = []
  for (let minute = 0; minute < 1440; minute += slotMinutes) slots.push({ minute, second: false })
  const inserted = new Set<number>()
  for (const { repeated } of shapes) {
    for (const [from, to] of repeated) {
      const extra: Slot[] = []
      for (let minute = slotFloor(from); minute < to; minute += slotMinutes) {
        if (!inserted.has(minute)) extra.push({ minute, second: true })
        inserted.add(minute)
      }
      const after = slots.findLastIndex((slot) => !slot.second && slot.minute < to)
      slots.splice(after + 1, 0, ...extra)
    }
  }
  return { slots, shapes }
}

const slotFloor = (minute: number): number => Math.floor(minute / slotMinutes) * slotMinutes
const within = (minute: number, [from, to]: Minutes): boolean => minute >= from && minute < to

export const slotExists = (slot: Slot, shape: DayShape): boolean =>
  slot.second
    ? shape.repeated.some((range) => within(slot.minute, range))
    : !shape.missing.some((range) => within(slot.minute, range))

/** Where a time of day sits on the axis, in slots from the top. */
export function slotPosition(axis: WeekAxis, minute: number, second: boolean): number {
  const base = slotFloor(minute)
  const index = axis.slots.findIndex((slot) => slot.minute === base && slot.second === second)
  // A second reading outside the axis cannot be: the axis is made from the same transitions. Stay beside the first.
  const row = index >= 0 ? index : axis.slots.findIndex((slot) => slot.minute === base)
  return row + (minute - base) / slotMinutes
}

/** The instant at which a slot begins on a day; null where the clock leaves it out. */
export function slotInstant(day: Day, slot: Slot, offsets: ZoneOffsets): number | null {
  const reading = offsets.read(dayWall(day) + slot.minute * minuteMs)
  if (reading.kind === 'never') return null
  if (slot.second) return reading.kind === 'twice' ? reading.second : null
  return reading.at
}

/* ------------------------------------------------------------ side by side */

export type Lane<Item> = { item: Item; top: number; lane: number; lanes: number }
export type Overflow<Item> = { items: Item[]; top: number; lane: number; lanes: number }

/**
 * Puts chips of one height side by side where they would cover each other. A crowd wider than `maxLanes` keeps its
 * first ones, and the rest of each slot becomes one “+n more” in the last lane: nothing is hidden without a number.
 */
export function layLanes<Item>(
  items: readonly { item: Item; top: number }[],
  height: number,
  maxLanes: number,
): { chips: Lane<Item>[]; overflows: Overflow<Item>[] } {
  const chips: Lane<Item>[] = []
  const overflows: Overflow<Item>[] = []
  const sorted = [...items].sort((a, b) => a.top - b.top)
  for (let start = 0; start < sorted.length; ) {
    const lanes = [sorted[start]!.top + height]
    const cluster: Lane<Item>[] = [{ ...sorted[start]!, lane: 0, lanes: 1 }]
    let end = start + 1
    let bottom = lanes[0]!
    for (; end < sorted.length && sorted[end]!.top < bottom; end++) {
      const { item, top } = sorted[end]!
      let lane = lanes.findIndex((free) => free <= top)
      if (lane < 0) lane = lanes.length
      lanes[lane] = top + height
      bottom = Math.max(bottom, top + height)
      cluster.push({ item, top, lane, lanes: 1 })
    }
    placeCluster(cluster, lanes.length, maxLanes, chips, overflows)
    start = end
  }
  return { chips, overflows }
}

function placeCluster<Item>(
  cluster: Lane<Item>[],
  wanted: number,
  maxLanes: number,
  chips: Lane<Item>[],
  overflows: Overflow<Item>[],
): void {
  const lanes = Math.min(wanted, maxLanes)
  const bySlot = new Map<number, Overflow<Item>>()
  for (const chip of cluster) {
    if (wanted <= maxLanes || chip.lane < maxLanes - 1) {
      chips.push({ ...chip, lanes })
      continue
    }
    const top = Math.floor(chip.top)
    const more = bySlot.get(top)
    if (more) more.items.push(chip.item)
    else bySlot.set(top, { items: [chip.item], top, lane: maxLanes - 1, lanes })
  }
  for (const more of bySlot.values()) {
    const [only] = more.items
    // “+1” takes the room of the one it hides. Only at the slot's start is that room surely free.
    const chip = cluster.find(({ item }) => item === only)
    if (more.items.length === 1 && chip?.top === more.top) chips.push({ ...chip, lane: more.lane, lanes })
    else overflows.push(more)
  }
}
