import type { Text } from '../posts/light-index.ts'
import type { Request, Response } from './worker.ts'

/** A search engine at arm's length: in a worker where there is one, so that typing never waits for indexing. */
export type SearchDesk = {
  put(posts: Text[]): void
  remove(id: string): void
  search(words: string): Promise<string[]>
  close(): void
}

export async function openSearchDesk(): Promise<SearchDesk> {
  if (typeof Worker === 'undefined') return openHere()
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'search' })
  const calls = new Map<number, { resolve(ids: string[]): void; reject(error: Error): void }>()
  let next = 0
  worker.onmessage = ({ data }: MessageEvent<Response>) => {
    calls.get(data.call)?.resolve(data.ids)
    calls.delete(data.call)
  }
  worker.onerror = (event) => {
    for (const { reject } of calls.values()) reject(new Error(event.message || 'The search could not be started.'))
    calls.clear()
  }
  const send = (request: Request): void => worker.postMessage(request)
  return {
    put: (posts) => send({ put: posts }),
    remove: (id) => send({ remove: id }),
    search: (words) =>
      new Promise((resolve, reject) => {
        const call = next++
        calls.set(call, { resolve, reject })
        send({ search: words, call })
      }),
    close: () => worker.terminate(),
  }
}

/** In this thread: for tests, and hosts without workers. */
async function openHere(): Promise<SearchDesk> {
  const { createSearchEngine } = await import('./engine.ts')
  const engine = createSearchEngine()
  return {
    put: (posts) => engine.put(posts),
    remove: (id) => engine.remove(id),
    search: async (words) => engine.search(words),
    close: () => {},
  }
}
