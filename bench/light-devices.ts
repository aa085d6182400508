import { connect as openLine } from 'node:net'
import type { Page } from '../renderer/data/sync/wire.ts'
import { sharedNow } from './place.ts'

/** Sent to this process to begin; it answers `ready` when every device listens, then each arrival. */
export type Begin = { url: string; tokens: string[] }
export type Arrival = { ids: string[]; at: number }

const pageSize = 1000
const gatherMs = 20

/**
 * A device's own connection for pulls, one after another. A real device has a machine of its own: what a hundred of them
 * cost this one is kept small, and neither `fetch` nor `node:http` is.
 */
function createLine(url: string, token: string) {
  const { hostname, port } = new URL(url)
  const socket = openLine({ host: hostname, port: Number(port), noDelay: true })
  let received = ''
  let answered: PromiseWithResolvers<Page<{ id: string }>> | undefined
  socket.setEncoding('latin1')
  socket.on('error', (error) => answered?.reject(error))
  socket.on('close', () => answered?.reject(new Error('The server closed the line.')))
  socket.on('data', (text: string) => {
    received += text
    const bodyAt = received.indexOf('\r\n\r\n') + 4
    const length = /content-length: (\d+)/i.exec(received)
    if (bodyAt < 4 || !length || received.length < bodyAt + Number(length[1])) return
    const body = Buffer.from(received.slice(bodyAt), 'latin1').toString()
    const isGood = received.startsWith('HTTP/1.1 200')
    received = ''
    if (isGood) answered?.resolve(JSON.parse(body) as Page<{ id: string }>)
    else answered?.reject(new Error(body))
  })
  return (path: string): Promise<Page<{ id: string }>> => {
    answered = Promise.withResolvers()
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\n\r\n`)
    return answered.promise
  }
}

/** What socket.io says over a WebSocket, as far as pokes need it, and for the same reason. Resolves when let in. */
function openPokes(url: string, token: string, onPoke: (collections: string[]) => void): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const refuse = (why: string) => reject(new Error(`A device was not let in: ${why}`))
  socket.onclose = ({ reason }) => refuse(reason)
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    if (data.startsWith('42')) {
      const [, news] = JSON.parse(data.slice(2)) as [string, { collections: string[] }]
      onPoke(news.collections)
    } else if (data === '2') socket.send('3')
    else if (data.startsWith('40')) resolve()
    else if (data.startsWith('44')) refuse(data)
    else if (data.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`)
  }
  return promise
}

/** Devices without a studio: as that one does, each pulls when the server says that there is something. */
async function open({ url, tokens }: Begin): Promise<void> {
  for (let at = 0; at < tokens.length; at += 50) await Promise.all(tokens.slice(at, at + 50).map(connect))

  async function connect(token: string): Promise<void> {
    const getPage = createLine(url, token)
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
        const page = await getPage(`/sync/posts/0/pull?${query}`)
        checkpoint = page.checkpoint
        if (page.documents.length > 0)
          process.send!({ ids: page.documents.map(({ id }) => id), at: sharedNow() } satisfies Arrival)
        isWhole = page.documents.length < pageSize
      }
      isPulling = false
    }
    let gathering: NodeJS.Timeout | undefined
    let lastAt = -gatherMs
    const act = (): void => {
      gathering = undefined
      lastAt = performance.now()
      void pull()
    }
    await openPokes(url, token, (collections) => {
      if (!collections.includes('posts') || gathering) return
      const early = lastAt + gatherMs - performance.now()
      if (early <= 0) act()
      else gathering = setTimeout(act, early)
    })
    await pull()
  }
}

process.once('message', (begin: Begin) => void open(begin).then(() => process.send!('ready')))
process.once('disconnect', () => process.exit())
