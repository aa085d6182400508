import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test, vi } from 'vitest'
import { zoneOffsets } from './zone-offsets.ts'

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Africa/Cairo',
  'America/St_Johns',
  'America/Santiago',
  'UTC',
]
const zone = fc.constantFrom(...zones)
const year = (n: number) => Date.UTC(n, 0, 1)
const instant = fc.integer({ min: year(2005) / 1000, max: year(2040) / 1000 }).map((seconds) => seconds * 1000)

test('the offset at any instant is the one Temporal gives', () => {
  fc.assert(
    fc.property(zone, instant, (name, at) => {
      const temporal = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name)
      expect(zoneOffsets(name).offsetMs(at)).toBe(temporal.offsetNanoseconds / 1e6)
    }),
    { numRuns: 300 },
  )
})

/** Wall times near a change of the clock are the interesting ones: half of the runs are drawn there. */
const nearChange = fc.tuple(zone, instant, fc.integer({ min: -180, max: 180 })).map(([name, at, minutes]) => {
  const change = zoneOffsets(name).transitions(at, at + 370 * 86_400_000)[0]
  return { name, wall: (change ? change.at + change.beforeMs : at) + minutes * 60_000 }
})

test('a wall-clock time is read once, twice or never, as Temporal reads it', () => {
  fc.assert(
    fc.property(nearChange, ({ name, wall }) => {
      const local = Temporal.PlainDateTime.from(new Date(wall).toISOString().slice(0, 19))
      const earlier = local.toZonedDateTime(name, { disambiguation: 'earlier' })
      const later = local.toZonedDateTime(name, { disambiguation: 'later' })
      const reading = zoneOffsets(name).read(wall)
      if (earlier.epochMilliseconds === later.epochMilliseconds)
        expect(reading).toEqual({ kind: 'once', at: earlier.epochMilliseconds })
      else if (earlier.toPlainDateTime().equals(local))
        expect(reading).toEqual({ kind: 'twice', at: earlier.epochMilliseconds, second: later.epochMilliseconds })
      else {
        expect(reading.kind).toBe('never')
        if (reading.kind === 'never') {
          expect(wall).toBeGreaterThanOrEqual(reading.gapStart)
          expect(wall).toBeLessThan(reading.gapEnd)
          expect(zoneOffsets(name).wall(reading.transition)).toBe(reading.gapEnd)
        }
      }
    }),
    { numRuns: 400 },
  )
})

test('reading the wall clock of an instant finds that instant again', () => {
  fc.assert(
    fc.property(zone, instant, (name, at) => {
      const offsets = zoneOffsets(name)
      const reading = offsets.read(offsets.wall(at))
      expect(reading.kind).not.toBe('never')
      if (reading.kind === 'once') expect(reading.at).toBe(at)
      if (reading.kind === 'twice') expect([reading.at, reading.second]).toContain(at)
      expect(offsets.isSecond(at)).toBe(reading.kind === 'twice' && reading.second === at)
    }),
  )
})

test('a zone that does not exist is refused', () => {
  expect(() => zoneOffsets('Europe/Atlantis')).toThrow(RangeError)
})

test('ten thousand posts are placed without asking the zone data for each of them', () => {
  const offsets = zoneOffsets('America/New_York')
  const asked = vi.spyOn(Temporal.Instant, 'fromEpochMilliseconds')
  for (let i = 0; i < 10_000; i++) offsets.wall(year(2026) + i * 3_000_000)
  expect(asked.mock.calls.length).toBeLessThanOrEqual(2)
  asked.mockRestore()
})
