import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayLengthMs } from './calendar.ts'
import { parseDay, weekDays } from './calendar-days.ts'
import { dayShape, layLanes, slotExists, slotInstant, slotMinutes, slotPosition, weekAxis } from './calendar-week.ts'
import { zoneOffsets } from './zone-offsets.ts'

const named = (iso: string) => parseDay(iso)!

test('an ordinary week has 48 rows, all of which exist on every day', () => {
  const axis = weekAxis(weekDays(named('2026-06-03'), 1), zoneOffsets('Europe/Berlin'))
  expect(axis.slots).toHaveLength(48)
  expect(axis.shapes.every((shape) => axis.slots.every((slot) => slotExists(slot, shape)))).toBe(true)
})

test('the short day misses an hour, the long day has one more and only that day has it', () => {
  const berlin = zoneOffsets('Europe/Berlin')
  expect(dayShape(named('2026-03-29'), berlin)).toEqual({ missing: [[120, 180]], repeated: [] })
  const axis = weekAxis(weekDays(named('2026-10-25'), 1), berlin)
  expect(axis.slots.slice(4, 9)).toEqual([
    { minute: 120, second: false },
    { minute: 150, second: false },
    { minute: 120, second: true },
    { minute: 150, second: true },
    { minute: 180, second: false },
  ])
  expect(slotExists(axis.slots[6]!, axis.shapes[6]!)).toBe(true)
  expect(slotExists(axis.slots[6]!, axis.shapes[5]!)).toBe(false)
})

test('the slots that exist on a day fill exactly its hours, each at its own instant, in order', () => {
  const cases = fc.constantFrom(
    ['Europe/Berlin', '2026-03-29'],
    ['Europe/Berlin', '2026-10-25'],
    ['Australia/Lord_Howe', '2026-04-05'],
    ['Australia/Lord_Howe', '2026-10-04'],
    ['Africa/Cairo', '2026-04-24'],
    ['America/Havana', '2026-03-08'],
    ['America/Havana', '2026-11-01'],
    ['Asia/Kolkata', '2026-07-01'],
    ['America/New_York', '2026-11-01'],
  )
  fc.assert(
    fc.property(cases, ([name, iso]) => {
      const offsets = zoneOffsets(name!)
      const days = weekDays(named(iso!), 1)
      const axis = weekAxis(days, offsets)
      days.forEach((day, column) => {
        const instants = axis.slots
          .filter((slot) => slotExists(slot, axis.shapes[column]!))
          .map((slot) => slotInstant(day, slot, offsets))
        expect(instants).not.toContain(null)
        expect(instants.length * slotMinutes * 60_000).toBe(dayLengthMs(day, offsets))
        expect(instants).toEqual([...instants].sort((a, b) => a! - b!))
        expect(new Set(instants).size).toBe(instants.length)
      })
    }),
  )
})

test('a time sits within its slot', () => {
  const axis = weekAxis(weekDays(named('2026-10-25'), 1), zoneOffsets('Europe/Berlin'))
  expect(slotPosition(axis, 135, false)).toBe(4.5)
  expect(slotPosition(axis, 135, true)).toBe(6.5)
  expect(slotPosition(axis, 195, false)).toBe(8.5)
})

test('chips never cover each other, and each is drawn or counted exactly once', () => {
  const tops = fc.array(
    fc.integer({ min: 0, max: 470 }).map((n) => n / 10),
    { maxLength: 80 },
  )
  fc.assert(
    fc.property(tops, fc.integer({ min: 1, max: 5 }), (all, max) => {
      const { chips, overflows } = layLanes(
        all.map((top, item) => ({ item, top })),
        1,
        max,
      )
      const seen = [...chips.map((chip) => chip.item), ...overflows.flatMap((more) => more.items)]
      expect(seen.sort((a, b) => a - b)).toEqual(all.map((_, i) => i))
      for (const a of chips) {
        expect(a.lane).toBeLessThan(a.lanes)
        expect(a.lanes).toBeLessThanOrEqual(max)
        for (const b of chips)
          if (a.item !== b.item && a.lane === b.lane) expect(Math.abs(a.top - b.top)).toBeGreaterThanOrEqual(1 - 1e-9)
      }
    }),
  )
})

test('a crowd is counted, but a number never stands where the one it hides would fit', () => {
  const crowd = (count: number) => Array.from({ length: count }, (_, item) => ({ item, top: 3 }))
  expect(layLanes(crowd(2), 0.9, 2).overflows).toEqual([])
  expect(layLanes(crowd(5), 0.9, 2).overflows).toEqual([{ items: [1, 2, 3, 4], top: 3, lane: 1, lanes: 2 }])
  const mixed = [...crowd(2), { item: 2, top: 3.5 }, { item: 3, top: 3.5 }, { item: 4, top: 4 }]
  const { chips, overflows } = layLanes(mixed, 0.9, 2)
  for (const more of overflows) expect(more.items.length > 1 || more.top !== mixed[more.items[0]!]!.top).toBe(true)
  expect(chips.length + overflows.flatMap((more) => more.items).length).toBe(5)
})
