import { expect, test } from 'vitest'
import { createThrottle } from './throttle.ts'

/** A line whose time passes only by waiting. */
function line(bytesPerSecond: number) {
  const state = { now: 0, bytesPerSecond, onWait: () => {} }
  const throttle = createThrottle({
    bytesPerSecond: () => state.bytesPerSecond,
    now: () => state.now,
    wait: async (ms, signal) => {
      state.now += ms
      state.onWait()
      signal.throwIfAborted()
    },
  })
  const never = new AbortController().signal
  /** Seconds it takes to bring that many over. */
  const send = async (bytes: number, signal = never) => {
    const began = state.now
    for (let sent = 0; sent < bytes; ) sent += await throttle(bytes - sent, signal)
    return (state.now - began) / 1000
  }
  return { state, throttle, send }
}

test('without a limit all goes at once', async () => {
  const { throttle } = line(0)
  expect(await throttle(256_000, new AbortController().signal)).toBe(256_000)
})

test.each([4_000, 100_000, 5_000_000])('%d bytes a second are kept to', async (limit) => {
  const { send } = line(limit)
  expect(await send(limit * 10)).toBeCloseTo(10, 0)
})

test('on the slowest line something goes every second, for each of many', async () => {
  const { throttle, state } = line(4_000)
  const { signal } = new AbortController()
  for (let piece = 0; piece < 6; piece++) {
    const began = state.now
    expect(await throttle(256_000, signal)).toBeGreaterThanOrEqual(1000)
    expect(state.now - began).toBeLessThanOrEqual(1000)
  }
})

test('half a second may be caught up on, and no more', async () => {
  const { send, state } = line(1_000_000)
  state.now = 60_000
  expect(await send(500_000)).toBe(0)
  expect(await send(1_000_000)).toBeCloseTo(1, 1)
})

test('what was given up is not counted', async () => {
  const { throttle, send, state } = line(1_000)
  for (let attempt = 0; attempt < 20; attempt++) await expect(throttle(256_000, AbortSignal.abort())).rejects.toThrow()
  const waiting = new AbortController()
  const cut = throttle(256_000, waiting.signal)
  waiting.abort()
  await expect(cut).rejects.toThrow()
  state.bytesPerSecond = 1_000_000
  expect(await send(1_000_000)).toBeLessThan(1.1)
})

test('another limit counts at once, also for who is waiting', async () => {
  const { throttle, state } = line(10)
  state.onWait = () => {
    state.bytesPerSecond = 1_000_000
  }
  await throttle(100_000, new AbortController().signal)
  expect(state.now).toBeLessThan(1000)
})
