import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SyncStatus } from '../../../renderer/data/types.ts'
import type { Lost } from '../../../shared/collections/lost.ts'
import type { DeviceWish } from './device.ts'
import type { Note } from './history.ts'
import type { Asked, Told } from './home.ts'

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
type Home = {
  child: ChildProcess
  isTaken: boolean
  calls: Map<number, PromiseWithResolvers<unknown>>
  listen(note: Note): void
}

function startHome(): Home {
  // The runner's own arguments are not for them.
  const child = fork(fileURLToPath(new URL('./home.ts', import.meta.url)), { execArgv: [], serialization: 'advanced' })
  const home: Home = { child, isTaken: false, calls: new Map(), listen() {} }
  child.on('message', (told: Told) => {
    if ('note' in told) return home.listen(told.note)
    const call = home.calls.get(told.call)
    home.calls.delete(told.call)
    if (told.error === undefined) call?.resolve(told.value)
    else call?.reject(new Error(told.error))
  })
  const giveUp = (): void => {
    for (const call of home.calls.values()) call.reject(new Error('The process of this device has ended.'))
    home.calls.clear()
  }
  child.on('exit', giveUp)
  // Asked something when it had ended already.
  child.on('error', giveUp)
  return home
}

/** Processes in which devices live, one in each, used again when they are closed. */
export function startHomes() {
  const homes: Home[] = []
  let asked = 0

  return {
    async open(wish: DeviceWish, onNote: (note: Note) => void): Promise<RemoteDevice> {
      const home = homes.find(({ isTaken }) => !isTaken) ?? startHome()
      if (!homes.includes(home)) homes.push(home)
      home.isTaken = true
      home.listen = onNote
      const call = (method: Asked['method'], more: Partial<Asked> = {}): Promise<never> => {
        const made = Promise.withResolvers<unknown>()
        home.calls.set(++asked, made)
        home.child.send({ call: asked, method, ...more } satisfies Asked)
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
          home.isTaken = false
        },
      }
    },
    async stop(): Promise<void> {
      await Promise.all(
        homes.map(async ({ child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return
          const ended = once(child, 'exit')
          child.kill('SIGKILL')
          await ended
        }),
      )
    },
  }
}

export type Homes = ReturnType<typeof startHomes>
