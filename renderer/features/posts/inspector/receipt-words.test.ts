import { describe, expect, test } from 'vitest'
import { receiptShort, receiptWords } from './receipt-words.ts'
import { sampleReceipt as receipt } from './testing/receipt.ts'

describe('the receipt promises only what the server has promised', () => {
  test('a plan made offline is on this device only', () => {
    const words = receiptWords(receipt({ state: 'scheduled', pending: 'plan', offline: true }))
    expect(words.main).toBe('plannedHere')
    expect(words.stations.map((station) => station.reached)).toEqual(['yes', 'no', 'no'])
  })

  test('a plan the server holds is promised', () => {
    const words = receiptWords(receipt({ level: 'promised', state: 'scheduled', unsynced: false }))
    expect(words.main).toBe('promised')
    expect(words.stations.map((station) => station.reached)).toEqual(['yes', 'yes', 'yes'])
  })

  test('edits after the promise are named: the server would publish the older version', () => {
    const words = receiptWords(receipt({ level: 'promised', state: 'scheduled', unsynced: true }))
    expect(words.also).toEqual(['newerHerePromised'])
    expect(words.stations[2]).toEqual({ id: 'promised', reached: 'partly' })
  })

  test('a cancellation the server has not heard of is not called cancelled', () => {
    const words = receiptWords(receipt({ level: 'server', pending: 'cancel', offline: true }))
    expect(words.also).toContain('cancelUnheard')
  })
})

test('what the server refused needs the author', () => {
  const words = receiptWords(receipt({ refused: true, problem: { code: 'slug_taken', message: 'Taken.' } }))
  expect(words).toMatchObject({ main: 'refused', needsAuthor: true })
  const older = receipt({ level: 'server', refused: true, problem: { code: 'slug_taken', message: 'Taken.' } })
  expect(receiptWords(older)).toMatchObject({ main: 'refused' })
})

test('a published post with edits is partly public', () => {
  const words = receiptWords(receipt({ level: 'published', state: 'changed', unsynced: false }))
  expect(words.stations[2]).toEqual({ id: 'published', reached: 'partly' })
})

test('in few words: where the newest version is', () => {
  expect(receiptShort(receipt({ offline: true }))).toBe('device')
  expect(receiptShort(receipt({}))).toBe('going')
  expect(receiptShort(receipt({ looked: false }))).toBe('device')
  expect(receiptWords(receipt({ looked: false })).main).toBe('draftUnseen')
  expect(receiptShort(receipt({ level: 'server', unsynced: false }))).toBe('server')
  expect(receiptShort(receipt({ level: 'promised', unsynced: false }))).toBe('promised')
  expect(receiptShort(receipt({ level: 'published', state: 'published', unsynced: false }))).toBe('public')
  expect(receiptShort(receipt({ level: 'published', state: 'changed', unsynced: false }))).toBe('server')
  expect(receiptShort(receipt({ level: 'published', unsynced: true, offline: true }))).toBe('device')
  expect(receiptShort(receipt({ problem: { code: 'x', message: 'y' } }))).toBe('problem')
})
