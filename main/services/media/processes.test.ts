import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createProcesses } from './processes.ts'

const node = process.execPath
const soon = ['-e', 'console.log("ran")']
const never = ['-e', 'setInterval(() => undefined, 1000)']
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('held, a job begins no program; let go on, it does', async () => {
  const processes = createProcesses()
  const crew = processes.crew()
  crew.hold()
  const ended = crew.run(node, soon)
  await nextTurn()
  expect(processes.count).toBe(0)
  crew.goOn()
  expect((await ended).out.toString()).toBe('ran\n')
})

test('held and then ended, it begins none either', async () => {
  const processes = createProcesses()
  const crew = processes.crew()
  const ending = new AbortController()
  crew.hold()
  const ended = crew.run(node, soon, { signal: ending.signal })
  ending.abort(new Error('cancelled'))
  await expect(ended).rejects.toThrow('cancelled')
  expect(processes.count).toBe(0)
})

test('a program that takes too long is ended', async () => {
  expect(await createProcesses().crew().run(node, never, { patienceMs: 50 })).toMatchObject({ code: -1 })
})

describe.skipIf(process.platform === 'win32')('time in which it is held does not count', () => {
  // No time passes but what the test lets pass, however slow the machine.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  test('so it goes on to its end', async () => {
    const crew = createProcesses().crew()
    const ended = crew.run(node, soon, { patienceMs: 1000 })
    await nextTurn()
    crew.hold()
    vi.advanceTimersByTime(100_000)
    crew.goOn()
    expect(await ended).toMatchObject({ code: 0 })
  })

  test('but time before and after does', async () => {
    const processes = createProcesses()
    onTestFinished(() => processes.stop())
    const crew = processes.crew()
    const ended = crew.run(node, never, { patienceMs: 1000 })
    await nextTurn()
    vi.advanceTimersByTime(600)
    crew.hold()
    vi.advanceTimersByTime(100_000)
    crew.goOn()
    vi.advanceTimersByTime(400)
    expect(await ended).toMatchObject({ code: -1 })
  })
})
