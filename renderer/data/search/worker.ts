import type { Text } from '../posts/light-index.ts'
import { createSearchEngine } from './engine.ts'

export type Request = { put: Text[] } | { remove: string } | { search: string; call: number }
export type Response = { call: number; ids: string[] }

const engine = createSearchEngine()

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if ('put' in data) engine.put(data.put)
  else if ('remove' in data) engine.remove(data.remove)
  else postMessage({ call: data.call, ids: engine.search(data.search) } satisfies Response)
})
