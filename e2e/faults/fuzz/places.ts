import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SyncStatus } from '../../../renderer/data/types.ts'
import type { Lost } from '../../../shared/collections/lost.ts'
import type { DeviceWish } from './device.ts'
import type { Note } from './history.ts'
import type { Asked, Told } from './place.ts'

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

/** RxDB's open core takes two studios in one process: a device's, and the one of its window that is just being killed. */
type Place = {
  child: ChildProcess
  isTaken: boolean
  calls: Map<number, PromiseWithResolvers<unknown>>
  listen(note: Note): void
}

function startPlace(): Place {
  // The runner's own arguments are not for them.
  const child = fork(fileURLToPath(new URL('./place.ts', import.meta.url)), { execArgv: [], serialization: 'advanced' })
  const place: Place = { child, isTaken: false, calls: new Map(), listen() {} }
  child.on('message', (told: Told) => {
    if ('note' in told) return place.listen(told.note)
    const call = place.calls.get(told.call)
    place.calls.delete(told.call)
    if (told.error === undefined) call?.resolve(told.value)
    else call?.reject(new Error(told.error))
  })
  child.on('exit', () => {
    for (const call of place.calls.values()) call.reject(new Error('The process of this device has ended.'))
    place.calls.clear()
  })
  return place
}

/** Processes in which devices live, one in each, used again when they are closed. */
export function startPlaces() {
  const places: Place[] = []
  let asked = 0

  return {
    async open(wish: DeviceWish, onNote: (note: Note) => void): Promise<RemoteDevice> {
      const place = places.find(({ isTaken }) => !isTaken) ?? startPlace()
      if (!places.includes(place)) places.push(place)
      place.isTaken = true
      place.listen = onNote
      const call = (method: Asked['method'], more: Partial<Asked> = {}): Promise<never> => {
        const made = Promise.withResolvers<unknown>()
        place.calls.set(++asked, made)
        place.child.send({ call: asked, method, ...more } satisfies Asked)
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
          place.isTaken = false
        },
      }
    },
    async stop(): Promise<void> {
      await Promise.all(
        places.map(async ({ child }) => {
          const ended = once(child, 'exit')
          child.kill('SIGKILL')
          await ended
        }),
      )
    },
  }
}

export type Places = ReturnType<typeof startPlaces>
