import { Worker } from 'node:worker_threads'
import type { SyncStatus } from '../../../renderer/data/types.ts'
import type { Lost } from '../../../shared/collections/lost.ts'
import type { DeviceWish } from './device.ts'
import type { Note } from './history.ts'
import type { Asked, Told } from './worker.ts'

/** RxDB's open core takes two studios in one thread: one, and the one that is just being killed. */
const devicesPerThread = 1

export type RemoteDevice = {
  name: string
  act(): Promise<void>
  cut(): Promise<void>
  mend(): Promise<void>
  nudge(): Promise<void>
  killWindow(): Promise<void>
  settle(): Promise<void>
  status(): Promise<SyncStatus>
  /** Every document that is not deleted, as canonical JSON by `collection|id`. */
  documents(): Promise<Map<string, string>>
  setAside(): Promise<Lost[]>
  close(): Promise<void>
}

/** Threads in which devices live, used again when they are closed. */
export function startThreads(count: number) {
  const threads = Array.from({ length: count }, () => {
    // The runner's own arguments are not for them.
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [] })
    const calls = new Map<number, PromiseWithResolvers<unknown>>()
    const listeners = new Map<string, (note: Note) => void>()
    worker.on('message', (told: Told) => {
      if ('note' in told) return listeners.get(told.device)?.(told.note)
      const call = calls.get(told.call)
      calls.delete(told.call)
      if (told.error === undefined) call?.resolve(told.value)
      else call?.reject(new Error(told.error))
    })
    const giveUp = (error: Error): void => {
      for (const call of calls.values()) call.reject(error)
      calls.clear()
    }
    worker.on('error', giveUp)
    worker.on('exit', () => giveUp(new Error('The thread of this device has ended.')))
    return { worker, calls, listeners }
  })
  let asked = 0
  let opened = 0

  return {
    capacity: count * devicesPerThread,
    async open(wish: DeviceWish, onNote: (note: Note) => void): Promise<RemoteDevice> {
      const thread = threads.toSorted((a, b) => a.listeners.size - b.listeners.size)[0]!
      if (thread.listeners.size >= devicesPerThread) throw new Error('There is no room for another device.')
      const device = `${wish.name}-${++opened}`
      thread.listeners.set(device, onNote)
      const call = (method: Asked['method'], more: Partial<Asked> = {}): Promise<never> => {
        const made = Promise.withResolvers<unknown>()
        thread.calls.set(++asked, made)
        thread.worker.postMessage({ call: asked, device, method, ...more } satisfies Asked)
        return made.promise as Promise<never>
      }
      await call('open', { wish })
      return {
        name: wish.name,
        act: () => call('act'),
        cut: () => call('cut'),
        mend: () => call('mend'),
        nudge: () => call('nudge'),
        killWindow: () => call('killWindow'),
        settle: () => call('settle'),
        status: () => call('status'),
        documents: () => call('documents'),
        setAside: () => call('setAside'),
        async close() {
          await call('close')
          thread.listeners.delete(device)
        },
      }
    },
    stop: () => Promise.all(threads.map(({ worker }) => worker.terminate())),
  }
}

export type Threads = ReturnType<typeof startThreads>
