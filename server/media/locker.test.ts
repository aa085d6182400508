import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createLocker } from './locker.ts'

const never = () => new AbortController().signal

test('who comes asks the one before to end, and goes on when it has', async () => {
  const locker = createLocker()
  const [first, second] = [locker.newLock('a'), locker.newLock('a')]
  const asked = vi.fn()
  await first.lock(never(), asked)
  const order: string[] = []
  const waiting = second.lock(never(), () => {}).then(() => order.push('second'))
  await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce())
  order.push('first ends')
  await first.unlock()
  await waiting
  expect(order).toEqual(['first ends', 'second'])
})

test('of many who wait one at a time has it, and each has it in the end', async () => {
  const locker = createLocker()
  let holders = 0
  let most = 0
  const work = async () => {
    const lock = locker.newLock('a')
    await lock.lock(never(), () => {})
    most = Math.max(most, ++holders)
    await delay(1)
    holders--
    await lock.unlock()
  }
  await Promise.all(Array.from({ length: 20 }, work))
  expect(most).toBe(1)
})

test('another upload is not held up', async () => {
  const locker = createLocker()
  await locker.newLock('a').lock(never(), () => {})
  await locker.newLock('b').lock(never(), () => {})
})

test('who gives up waiting is told, and takes nothing with it', async () => {
  const locker = createLocker()
  const first = locker.newLock('a')
  await first.lock(never(), () => {})
  const giveUp = new AbortController()
  const second = locker.newLock('a')
  const refused = expect(second.lock(giveUp.signal, () => {})).rejects.toMatchObject({ status_code: 500 })
  giveUp.abort()
  await refused
  await second.unlock()
  const third = locker.newLock('a').lock(never(), () => {})
  expect(await Promise.race([third.then(() => 'had it'), delay(20, 'waits')])).toBe('waits')
  await first.unlock()
  await third
})

test('who waits asks once, and then only waits', async () => {
  const locker = createLocker()
  const first = locker.newLock('a')
  const asked = vi.fn()
  await first.lock(never(), asked)
  const waiting = locker.newLock('a').lock(never(), () => {})
  await delay(100)
  expect(asked).toHaveBeenCalledOnce()
  await first.unlock()
  await waiting
})
