import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GroverError } from '../errors.ts'
import { localIn, resolveLocal, zones } from './schedule.ts'
import { isZone } from './zone.ts'

const refusal = (run: () => unknown): GroverError => {
  try {
    run()
  } catch (error) {
    if (error instanceof GroverError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('an ordinary local time has one instant', () => {
  expect(resolveLocal('2026-07-01T09:00:00', 'Europe/Berlin')).toEqual({
    at: '2026-07-01T07:00:00.000Z',
    kind: 'exact',
    offset: '+02:00',
  })
})

test('a time that the clocks jump over is refused with the gap and the nearest times', () => {
  const error = refusal(() => resolveLocal('2026-03-29T02:30:00', 'Europe/Berlin'))
  expect(error.code).toBe('schedule_time_missing')
  expect(error.message).toBe(
    'In Europe/Berlin the clocks go from 02:00 straight to 03:00 on 2026-03-29: 02:30 does not exist. ' +
      'Choose 01:59 or 03:00.',
  )
  expect(error.details).toMatchObject({
    gapFrom: '2026-03-29T02:00:00',
    gapTo: '2026-03-29T03:00:00',
    before: '2026-03-29T01:59:00',
    after: '2026-03-29T03:00:00',
  })
})

test('the edges of a gap exist', () => {
  expect(resolveLocal('2026-03-29T01:59:59', 'Europe/Berlin').at).toBe('2026-03-29T00:59:59.000Z')
  expect(resolveLocal('2026-03-29T03:00:00', 'Europe/Berlin').at).toBe('2026-03-29T01:00:00.000Z')
})

test('a half-hour gap and a whole missing day are named as what they are', () => {
  expect(refusal(() => resolveLocal('2026-10-04T02:15:00', 'Australia/Lord_Howe')).details).toMatchObject({
    gapFrom: '2026-10-04T02:00:00',
    gapTo: '2026-10-04T02:30:00',
  })
  const samoa = refusal(() => resolveLocal('2011-12-30T10:00:00', 'Pacific/Apia'))
  expect(samoa.details).toMatchObject({ gapFrom: '2011-12-30T00:00:00', gapTo: '2011-12-31T00:00:00' })
  expect(samoa.message).toContain('2011-12-31 00:00')
})

test('a time that comes twice means the first of the two', () => {
  expect(resolveLocal('2026-10-25T02:30:00', 'Europe/Berlin')).toEqual({
    at: '2026-10-25T00:30:00.000Z',
    kind: 'repeated',
    offset: '+02:00',
  })
})

test('an unknown zone, an offset and a hostile name are refused', () => {
  for (const zone of ['Mars/Phobos', '', '+02:00', 'Z', '../etc/passwd', 'Europe/\u202eBerlin', 'A'.repeat(80)]) {
    expect(refusal(() => resolveLocal('2026-07-01T09:00:00', zone)).code).toBe('schedule_zone_unknown')
  }
})

test('old names of zones mean the same instants', () => {
  expect(resolveLocal('2026-07-01T09:00:00', 'Asia/Calcutta').at).toBe(
    resolveLocal('2026-07-01T09:00:00', 'Asia/Kolkata').at,
  )
  expect(resolveLocal('2026-07-01T09:00:00', 'US/Eastern').at).toBe(
    resolveLocal('2026-07-01T09:00:00', 'America/New_York').at,
  )
})

test('what is not a date is refused', () => {
  for (const local of [
    '',
    'tomorrow',
    '2026-02-30T09:00:00',
    '2026-13-01T09:00:00',
    '2026-01-01T24:00:00',
    '2026-01-01T09:00:60',
    '2026-01-01T09:00',
    '2026-01-01 09:00:00',
    '2026-01-01T09:00:00Z',
    '0001-01-01T09:00:00',
    '9999-01-01T09:00:00',
  ]) {
    expect(refusal(() => resolveLocal(local, 'Europe/Berlin')).code, local).toBe('schedule_time_invalid')
  }
})

test('every zone on offer is known', () => {
  expect(zones()).toContain('UTC')
  expect(zones().filter((zone) => !isZone(zone))).toEqual([])
})

const anyInstant = fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2100, 0) }).map((ms) => ms - (ms % 1000))
const anyZone = fc.constantFrom(...zones())

test('property: whatever a clock shows resolves to an instant that shows it again', () => {
  fc.assert(
    fc.property(anyInstant, anyZone, (ms, zone) => {
      const local = localIn(new Date(ms).toISOString(), zone)
      const { at, kind } = resolveLocal(local, zone)
      expect(localIn(at, zone)).toBe(local)
      // Only where the clocks show a time twice may the instant differ, and then it is the earlier one.
      if (kind === 'exact') expect(Date.parse(at)).toBe(ms)
      else expect(Date.parse(at)).toBeLessThanOrEqual(ms)
    }),
    { numRuns: 500 },
  )
})

test('property: any local time either resolves to itself or is refused with times that do exist', () => {
  fc.assert(
    fc.property(anyInstant, anyZone, (ms, zone) => {
      const local = new Date(ms).toISOString().slice(0, 19)
      let at: string
      try {
        at = resolveLocal(local, zone).at
      } catch (error) {
        if (!(error instanceof GroverError)) throw error
        expect(error.code).toBe('schedule_time_missing')
        const { before, after, gapFrom, gapTo } = error.details as Record<string, string>
        expect(gapFrom! <= local && local < gapTo!).toBe(true)
        for (const valid of [before!, after!]) expect(localIn(resolveLocal(valid, zone).at, zone)).toBe(valid)
        return
      }
      expect(localIn(at, zone)).toBe(local)
    }),
    { numRuns: 500 },
  )
})
