import type { Post } from '../shared/collections/posts.ts'
import { newId } from '../shared/domain/id.ts'
import { bodyFromJson, emptyBody } from '../shared/domain/richtext/index.ts'

/** A device of a creator, speaking to a real server as the studio does. */
export type Client = {
  url: string
  token: string
  workspaceId: string
  handle: string
  request(path: string, init?: RequestInit): Promise<Response>
  json<T>(path: string, body?: unknown): Promise<T>
  /** Pushes as a new version over `assumed`; returns what the server refused or holds instead. */
  push(collection: string, rows: { newDocumentState: object; assumedMasterState?: object }[]): Promise<PushAnswer>
  pull<T>(collection: string): Promise<T[]>
}

export type PushAnswer = { conflicts: unknown[]; refused: { id: string; code: string; message: string }[] }

const defaultPassword = 'a long enough passphrase'

async function okJson<T>(answer: Response): Promise<T> {
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${text}`)
  return JSON.parse(text) as T
}

const post = (url: string, body: unknown, token?: string): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  })

/** Signs up (unless told not to) and in. */
export async function signIn(
  url: string,
  handle: string,
  options: { signUp?: boolean; deviceName?: string; email?: string; password?: string } = {},
): Promise<Client> {
  const email = options.email ?? `${handle}@grover.example`
  const password = options.password ?? defaultPassword
  if (options.signUp !== false)
    await okJson(await post(`${url}/api/auth/sign-up/email`, { email, password, name: handle, handle }))
  const { token } = await okJson<{ token: string }>(
    await post(`${url}/api/auth/sign-in/email`, { email, password, deviceName: options.deviceName ?? 'test' }),
  )
  const request = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
  const { workspace } = await okJson<{ workspace: { id: string } }>(await request('/api/session'))
  return {
    url,
    token,
    workspaceId: workspace.id,
    handle,
    request,
    json: async (path, body) => okJson(await (body === undefined ? request(path) : post(url + path, body, token))),
    push: async (collection, rows) =>
      okJson(
        await request(`/sync/${collection}/0/push`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/vnd.grover.sync+json' },
          body: JSON.stringify(
            rows.map((row) => ({ ...row, newDocumentState: { _deleted: false, ...row.newDocumentState } })),
          ),
        }),
      ),
    async pull<T>(collection: string) {
      const all: T[] = []
      for (let checkpoint = { lwt: 0, id: '' }; ; ) {
        const query = `lwt=${checkpoint.lwt}&id=${encodeURIComponent(checkpoint.id)}&limit=1000`
        const page = await okJson<{ documents: T[]; checkpoint: typeof checkpoint }>(
          await request(`/sync/${collection}/0/pull?${query}`),
        )
        all.push(...page.documents)
        checkpoint = page.checkpoint
        if (page.documents.length < 1000) return all
      }
    },
  }
}

/** A post as a device would write it. */
export function samplePost(fields: Partial<Post> = {}, paragraph = 'Written by a test.'): Post {
  const now = new Date().toISOString()
  const body = paragraph
    ? bodyFromJson({ type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: paragraph }] }] })
    : emptyBody()
  return {
    id: newId(),
    kind: 'post',
    title: 'A post',
    summary: '',
    slug: '',
    tags: [],
    visibility: 'public',
    body,
    text: paragraph,
    words: paragraph.split(' ').length,
    cover: '',
    images: [],
    plan: { id: newId(), mode: 'draft', local: '', zone: '', at: '', late: 'ask' },
    release: '',
    withdrawn: '',
    createdAt: now,
    updatedAt: now,
    ...fields,
  }
}

/** A plan for an instant, written in UTC. */
export const planAt = (at: Date, late: Post['plan']['late'] = 'publish'): Post['plan'] => {
  const whole = new Date(Math.floor(at.getTime() / 1000) * 1000).toISOString()
  return { id: newId(), mode: 'schedule', local: whole.slice(0, 19), zone: 'UTC', at: whole, late }
}
