import { expect, test } from 'vitest'
import { createFormat, localeOf } from './format.ts'

const now = Date.parse('2026-03-28T12:00:00Z')

test('times are said as people say them, in the zone that is meant', () => {
  const { when } = createFormat('en-GB', 'UTC')
  expect(when('2026-03-28T18:30:00Z', undefined, now)).toBe('today 18:30')
  expect(when('2026-03-29T07:00:00Z', 'Europe/Berlin', now)).toBe('tomorrow 09:00, Berlin')
  expect(when('2026-04-01T07:00:00Z', undefined, now)).toBe('Wednesday 07:00')
  expect(when('2026-06-01T07:00:00Z', undefined, now)).toBe('1 Jun, 07:00')
  expect(when('2027-06-01T07:00:00Z', undefined, now)).toBe('1 Jun 2027, 07:00')
})

test('today ends at midnight of the place, not of the device', () => {
  const { when } = createFormat('en-GB', 'UTC')
  const late = Date.parse('2026-03-28T23:30:00Z')
  expect(when('2026-03-29T00:30:00Z', 'Asia/Tokyo', late)).toBe('today 09:30, Tokyo')
})

test('a zone that this browser does not know stops no list: the time is told as it is here', () => {
  const { when, exact, time } = createFormat('en-GB', 'UTC')
  expect(when('2026-03-28T18:30:00Z', 'Mars/Olympus', now)).toBe('today 18:30, UTC')
  expect(time('2026-03-28T18:30:00Z', '+02:00')).toBe('18:30')
  expect(exact('2026-03-28T18:30:00Z', '')).toContain('18:30:00 UTC')
})

test('what is no time is said as nothing, and stops no list', () => {
  const { when, exact, date, day, time, ago } = createFormat('en-GB', 'UTC')
  for (const say of [when, exact, date, day, time, ago])
    for (const wrong of ['x', '', Number.NaN, Number.POSITIVE_INFINITY]) expect(say(wrong)).toBe('')
})

test('speaks the language it is asked for', () => {
  expect(createFormat('de-DE', 'UTC').when('2026-03-29T07:00:00Z', 'Europe/Berlin', now)).toBe('morgen 09:00, Berlin')
  expect(createFormat('de-DE', 'UTC').bytes(1_530_000)).toBe('1,5 MB')
  expect(createFormat('en-GB', 'UTC').ago('2026-03-28T11:57:00Z', now)).toBe('3 minutes ago')
})

test('the device’s region decides how a language writes dates', () => {
  expect(localeOf('en', ['de-AT', 'en-US'])).toBe('en-US')
  expect(localeOf('en', ['de-AT'])).toBe('en-GB')
  expect(localeOf('de', ['de-AT'])).toBe('de-AT')
})
