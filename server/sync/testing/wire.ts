import type { Post } from '../../../shared/collections/posts.ts'
import { newId } from '../../../shared/domain/id.ts'

export const samplePost = (fields: Partial<Post> = {}): Post => ({
  id: newId(),
  kind: 'post',
  title: 'A walk',
  summary: '',
  slug: '',
  tags: [],
  visibility: 'public',
  body: '',
  text: '',
  words: 0,
  cover: '',
  images: [],
  plan: { id: newId(), mode: 'draft', local: '', zone: '', at: '', late: 'ask' },
  release: '',
  withdrawn: '',
  createdAt: '2026-03-01T10:00:00.000Z',
  updatedAt: '2026-03-01T10:00:00.000Z',
  ...fields,
})

export type Row = { newDocumentState: unknown; assumedMasterState?: unknown }
export const row = (doc: object, assumed?: object): Row => ({
  newDocumentState: { _deleted: false, ...doc },
  ...(assumed ? { assumedMasterState: { _deleted: false, ...assumed } } : {}),
})

/** A client of the wire, with nothing between a test and the protocol. */
export function wire(url: string, token: string) {
  const headers = { authorization: `Bearer ${token}` }
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, { ...init, headers: { ...headers, ...init.headers } })
    return { status: response.status, headers: response.headers, body: (await response.json()) as never }
  }
  return {
    call,
    pull: (collection: string, query: string) => call(`/sync/${collection}/0/pull?${query}`),
    push: (collection: string, rows: readonly unknown[] | string, accept = 'application/json') =>
      call(`/sync/${collection}/0/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: typeof rows === 'string' ? rows : JSON.stringify(rows),
      }),
  }
}
