import { setTimeout as delay } from 'node:timers/promises'

/** A value that can be watched. A slow watcher skips what it missed and sees the newest. */
export type State<T> = {
  readonly value: T
  set(value: T): void
  /** The value at once, then after every change, until aborted. */
  watch(signal?: AbortSignal): AsyncGenerator<T, void, void>
}

export function createState<T>(initial: T): State<T> {
  let value = initial
  let version = 0
  const bell = createBell()
  return {
    get value() {
      return value
    },
    set(next) {
      value = next
      version++
      bell.ring()
    },
    async *watch(signal) {
      for (let seen = -1; !signal?.aborted; ) {
        if (seen === version) await bell.rung(signal)
        else {
          seen = version
          yield value
        }
      }
    },
  }
}

/** What is watched, asked for once in `everyMs` at most: the newest of what came in between. */
export async function* paced<T>(watched: AsyncGenerator<T, void, void>, everyMs: number, signal?: AbortSignal) {
  for await (const value of watched) {
    yield value
    // Aborted: so is what is watched.
    await delay(everyMs, undefined, { signal, ref: false }).catch(() => {})
  }
}

/** Events of which none may be missed: what nobody has listened to yet waits for the first listener. */
export type Feed<T> = { push(event: T): void; listen(signal?: AbortSignal): AsyncGenerator<T, void, void> }

export function createFeed<T>(keep = 50): Feed<T> {
  const listeners = new Set<T[]>()
  const early: T[] = []
  const bell = createBell()
  return {
    push(event) {
      for (const queue of listeners.size > 0 ? listeners : [early]) {
        queue.push(event)
        if (queue.length > keep) queue.shift()
      }
      bell.ring()
    },
    async *listen(signal) {
      const queue = early.splice(0)
      listeners.add(queue)
      try {
        while (!signal?.aborted) {
          const event = queue.shift()
          if (event === undefined) await bell.rung(signal)
          else yield event
        }
      } finally {
        listeners.delete(queue)
      }
    },
  }
}

function createBell() {
  let waiting: (() => void)[] = []
  return {
    ring() {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
    rung: (signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve()
        const wake = () => {
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        signal?.addEventListener('abort', wake, { once: true })
        waiting.push(wake)
      }),
  }
}
