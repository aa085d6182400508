import { expect, test } from 'vitest'
import { createQueue } from './queue.ts'
import { createFeed, createState, paced } from './watch.ts'

test('a watcher gets the present value at once, and the newest after a change it was too slow for', async () => {
  const state = createState(1)
  const values = state.watch()
  expect((await values.next()).value).toBe(1)
  state.set(2)
  state.set(3)
  expect((await values.next()).value).toBe(3)
  const waiting = values.next()
  state.set(4)
  expect((await waiting).value).toBe(4)
})

test('aborting ends a watcher that waits', async () => {
  const stop = new AbortController()
  const values = createState('x').watch(stop.signal)
  await values.next()
  const waiting = values.next()
  stop.abort()
  expect((await waiting).done).toBe(true)
})

test('a paced watcher gets what came between two of its turns as one, and ends when it is aborted', async () => {
  const stop = new AbortController()
  const state = createState(1)
  const values = paced(state.watch(stop.signal), 20, stop.signal)
  expect((await values.next()).value).toBe(1)
  state.set(2)
  const next = values.next()
  state.set(3)
  expect((await next).value).toBe(3)
  const waiting = values.next()
  stop.abort()
  expect((await waiting).done).toBe(true)
})

test('events before the first listener wait for it; later ones reach every listener, in order', async () => {
  const feed = createFeed<string>()
  feed.push('early')
  const one = feed.listen()
  expect((await one.next()).value).toBe('early')
  const two = feed.listen()
  const first = two.next()
  feed.push('a')
  feed.push('b')
  expect([(await one.next()).value, (await one.next()).value]).toEqual(['a', 'b'])
  expect([(await first).value, (await two.next()).value]).toEqual(['a', 'b'])
})

test('a listener that is left hears nothing more and holds nothing', async () => {
  const feed = createFeed<string>()
  const one = feed.listen()
  const waiting = one.next()
  feed.push('a')
  await waiting
  await one.return()
  feed.push('kept for the next')
  expect((await feed.listen().next()).value).toBe('kept for the next')
})

test('tasks run in turn, and one that fails does not stop the next', async () => {
  const inTurn = createQueue()
  const order: number[] = []
  const slow = inTurn(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    order.push(1)
  })
  const broken = inTurn(async () => {
    order.push(2)
    throw new Error('broken')
  })
  const last = inTurn(async () => order.push(3))
  await expect(broken).rejects.toThrow('broken')
  await Promise.all([slow, last])
  expect(order).toEqual([1, 2, 3])
})
