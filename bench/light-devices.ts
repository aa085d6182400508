import { Agent, get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { io } from 'socket.io-client'
import type { Page } from '../renderer/data/sync/wire.ts'
import { sharedNow } from './place.ts'

/** Sent to this process to begin; it answers `ready` when every device listens, then each arrival. */
export type Begin = { url: string; tokens: string[] }
export type Arrival = { ids: string[]; at: number }

const pageSize = 1000
const gatherMs = 5

/** A real device has a machine of its own: what a hundred of them cost this one is kept small, and `fetch` is not. */
const lines = new Agent({ keepAlive: true })

async function getPage(url: string, token: string): Promise<Page<{ id: string }>> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  get(url, { agent: lines, headers: { authorization: `Bearer ${token}` } }, resolve).on('error', reject)
  const answer = await promise
  const body = await text(answer)
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${body}`)
  return JSON.parse(body) as Page<{ id: string }>
}

/** Devices without a studio: as that one does, each pulls when the server says that there is something. */
async function open({ url, tokens }: Begin): Promise<void> {
  for (let at = 0; at < tokens.length; at += 50) await Promise.all(tokens.slice(at, at + 50).map(connect))

  async function connect(token: string): Promise<void> {
    let checkpoint = { lwt: 0, id: '' }
    let isPulling = false
    let again = false
    const pull = async (): Promise<void> => {
      again = isPulling
      if (isPulling) return
      isPulling = true
      let isWhole = false
      while (again || !isWhole) {
        again = false
        const query = new URLSearchParams({ lwt: String(checkpoint.lwt), id: checkpoint.id, limit: String(pageSize) })
        const page = await getPage(`${url}/sync/posts/0/pull?${query}`, token)
        checkpoint = page.checkpoint
        if (page.documents.length > 0)
          process.send!({ ids: page.documents.map(({ id }) => id), at: sharedNow() } satisfies Arrival)
        isWhole = page.documents.length < pageSize
      }
      isPulling = false
    }
    const socket = io(url, { auth: { token }, transports: ['websocket'], forceNew: true })
    let gathering: NodeJS.Timeout | undefined
    socket.on('poke', ({ collections }: { collections: string[] }) => {
      if (!collections.includes('posts')) return
      if (gathering) return
      gathering = setTimeout(() => {
        gathering = undefined
        void pull()
      }, gatherMs)
    })
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', resolve)
      socket.on('connect_error', reject)
    })
    await pull()
  }
}

process.once('message', (begin: Begin) => void open(begin).then(() => process.send!('ready')))
process.once('disconnect', () => process.exit())
