import type { RxStorage } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { takeWhile } from 'rxjs'
import type { State } from '../../../shared/domain/merge/index.ts'
import type { Random } from './random.ts'

type Storage = RxStorage<unknown, unknown>
/** `context`: of whom RxDB says that he wrote it. */
export type DiskEvent = { collection: string; after: State; context: string }

const operations = ['bulkWrite', 'query', 'count', 'findDocumentsById', 'cleanup', 'close', 'remove'] as const

/**
 * A device's disk: it outlives the windows that use it. As in IndexedDB the operations on a store happen one after
 * another and take a while; one that a window started is done or not done when the window is killed, and nobody hears
 * which. `onWrite` hears of each version in the moment it is on the disk.
 */
export function createDisk(random: Random, onWrite: (event: DiskEvent) => void) {
  const disk = Object.assign(getRxStorageMemory(), { collectionStates: new Map() }) as unknown as Storage
  const never = new Promise<never>(() => {})
  let windows = 0

  return {
    openWindow() {
      let isGone = false
      // RxDB lets one process open a database once, by the storage's name; each window is a process of its own.
      const storage = Object.assign(Object.create(disk) as Storage, {
        name: `memory-${++windows}`,
        async createStorageInstance(params: Parameters<Storage['createStorageInstance']>[0]) {
          const inner = await disk.createStorageInstance(params)
          // Beside it, not in it: its operations call each other.
          const instance: typeof inner = Object.create(inner)
          let last: Promise<unknown> = Promise.resolve()
          for (const name of operations) {
            const operate = inner[name].bind(inner) as (...args: unknown[]) => unknown
            const inTurn = (...args: unknown[]): Promise<unknown> => {
              const run = last.then(async () => {
                if (random.chance(0.2)) await new Promise((resolve) => setTimeout(resolve, random.below(4)))
                const result = isGone ? await (name === 'close' ? undefined : never) : await operate(...args)
                return isGone && name !== 'close' ? never : result
              })
              last = run.catch(() => {})
              return run
            }
            Object.assign(instance, { [name]: inTurn })
          }
          instance.changeStream = () => inner.changeStream().pipe(takeWhile(() => !isGone))
          instance.changeStream().subscribe(({ events, context }) => {
            for (const event of events)
              onWrite({
                collection: params.collectionName,
                after: event.documentData as State,
                context,
              })
          })
          return instance
        },
      })
      return {
        storage,
        kill(): void {
          isGone = true
        },
      }
    },
  }
}
