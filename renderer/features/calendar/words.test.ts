import { expect, test } from 'vitest'
import { wallOf } from '../../../shared/domain/calendar.ts'
import { parseDay } from '../../../shared/domain/calendar-days.ts'
import { calendarWords, offsetText, placeOf, weekStartOf } from './words.ts'

test('names and times are the language’s own', () => {
  const en = calendarWords('en-GB')
  const de = calendarWords('de-DE')
  const day = parseDay('2026-03-29')!
  expect(en.dayLong(day)).toMatch(/^Sunday,? 29 March 2026$/)
  expect(de.dayLong(day)).toBe('Sonntag, 29. März 2026')
  expect(de.weekday(day, 'short')).toBe('So')
  expect(en.time(wallOf('2026-03-29T09:05:00'))).toBe('09:05')
  expect(calendarWords('en-US').time(wallOf('2026-03-29T21:05:00'))).toMatch(/^09:05\sPM$/)
})

test('a week starts where the creator says, else where the locale does', () => {
  expect(weekStartOf(0, 'de-DE')).toBe(1)
  expect(weekStartOf(0, 'en-US')).toBe(7)
  expect(weekStartOf(6, 'de-DE')).toBe(6)
})

test('zones are named by their place and offset', () => {
  expect(placeOf('America/New_York')).toBe('New York')
  expect(placeOf('America/North_Dakota/Center')).toBe('Center, North Dakota')
  expect(placeOf('UTC')).toBe('UTC')
  expect(offsetText(0)).toBe('UTC')
  expect(offsetText(-12_600_000)).toBe('UTC−3:30')
  expect(offsetText(7_200_000)).toBe('UTC+2')
})
