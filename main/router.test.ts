import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { RPCHandler as SocketHandler } from '@orpc/server/ws'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import type { HostClient } from '../shared/contract/index.ts'
import { createRouter } from './router.ts'
import { createServices } from './services/compose.ts'
import { createFileKey } from './services/vault-key.ts'
import { temporaryFolder } from './testing/folder.ts'

function host() {
  const folder = temporaryFolder()
  const opened: string[] = []
  const log: string[] = []
  const services = createServices({
    kind: 'browser',
    version: '1.2.3',
    folder,
    serverUrl: () => 'http://127.0.0.1:1',
    keeper: createFileKey(folder),
    can: { nativeMenu: false, tray: false },
    openAddress: async (url) => void opened.push(url),
    log: (sentence) => void log.push(sentence),
  })
  onTestFinished(() => services.stop())
  return { services, router: createRouter({ services, log: (s) => void log.push(s) }), folder, opened, log }
}

/** The same router behind each of the two transports. */
const transports: Record<string, (router: ReturnType<typeof host>['router']) => Promise<HostClient>> = {
  async MessagePort(router) {
    const { port1, port2 } = new MessageChannel()
    new PortHandler(router).upgrade(port2 as unknown as MessagePort, { context: {} })
    port2.start()
    port1.start()
    onTestFinished(() => port1.close())
    return createORPCClient(new PortLink({ port: port1 as unknown as MessagePort }))
  },
  async WebSocket(router) {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await new Promise((resolve) => sockets.once('listening', resolve))
    const handler = new SocketHandler(router)
    sockets.on('connection', (socket) => void handler.upgrade(socket, { context: {} }))
    const { port } = sockets.address() as { port: number }
    const websocket = new WebSocket(`ws://127.0.0.1:${port}`)
    websocket.binaryType = 'arraybuffer'
    onTestFinished(() => {
      websocket.close()
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    })
    return createORPCClient(new SocketLink({ websocket }))
  },
}

const session = { token: 't', userId: 'u', email: 'e', name: 'n', workspaceId: 'w', handle: 'h' }

describe.each(Object.keys(transports))('over a %s', (transport) => {
  const connect = async () => {
    const own = host()
    return { ...own, client: await transports[transport]!(own.router) }
  }

  test('the host says what it is and can do', async () => {
    const { client } = await connect()
    expect(await client.host.info()).toEqual({
      kind: 'browser',
      version: '1.2.3',
      platform: process.platform,
      serverUrl: 'http://127.0.0.1:1',
      blobBase: '/blobs/',
      thumbBase: '/thumbs/',
      encryption: { is: 'off', hasPassphrase: false },
      can: { nativeMenu: false, tray: false, secrets: 'file' },
    })
  })

  test('the session is kept and forgotten', async () => {
    const { client } = await connect()
    expect(await client.session.get()).toBeNull()
    await client.session.set(session)
    expect(await client.session.get()).toEqual(session)
    await client.session.clear()
    expect(await client.session.get()).toBeNull()
  })

  test('a picture of some megabytes goes through, and its place is gone', async () => {
    const { client, folder } = await connect()
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
    const data = await sharp({ create: { width: 1500, height: 1000, channels: 3, background: 'grey', noise } })
      .withExif({ IFD3: { GPSLatitude: '52/1 0/1 0/1' } })
      .png()
      .toBuffer()
    expect(data.length).toBeGreaterThan(3_000_000)
    const image = await client.blobs.importImage({ name: 'n.png', data: new Blob([data]) })
    expect(image).toMatchObject({ name: 'n.png', type: 'image/png', width: 1500, height: 1000 })
    expect(existsSync(join(folder, 'blobs', image.hash.slice(0, 2), image.hash))).toBe(true)
  })

  test('an expected failure arrives under its name with its sentence', async () => {
    const { client, log } = await connect()
    await expect(client.blobs.importImage({ name: 'x', data: new Blob(['text']) })).rejects.toMatchObject({
      code: 'media_type_unsupported',
      status: 415,
      defined: true,
      message: expect.stringMatching(/^This is not a picture/),
    })
    await expect(client.host.openExternal({ url: 'file:///etc/passwd' })).rejects.toMatchObject({ code: 'not_allowed' })
    expect(log).toEqual([])
  })

  test('input of another shape is refused and reaches no service', async () => {
    const { client, opened } = await connect()
    const wrong = client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
    await expect(wrong.session!.set!({ token: 7 })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(wrong.host!.openExternal!({ url: 'https://x.example/'.padEnd(2001, 'x') })).rejects.toMatchObject({
      status: 400,
    })
    await expect(wrong.blobs!.upload!({ hashes: ['../x'] })).rejects.toMatchObject({ status: 400 })
    await expect(wrong.host!.nothing!(undefined)).rejects.toMatchObject({ status: 404 })
    expect(opened).toEqual([])
  })

  test('an unexpected failure tells the page nothing and the log once', async () => {
    const { client, services, log } = await connect()
    services.rescue.list = () => Promise.reject(new Error('/home/ada is on fire'))
    const failure = await client.rescue.list({ workspaceId: 'w' }).then(
      () => undefined,
      (error: Error) => error,
    )
    expect(failure).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
    expect(String(failure)).not.toContain('ada')
    expect(log).toEqual(['The host failed at rescue.list.'])
  })

  test('streams begin with what is there, go on, and end on both sides when left', async () => {
    const { client, services } = await connect()
    services.commands.push({ command: 'go:/plan' })
    const commands = await client.host.commands()
    expect((await commands.next()).value).toEqual({ command: 'go:/plan' })
    services.commands.push({ command: 'go:/posts' })
    expect((await commands.next()).value).toEqual({ command: 'go:/posts' })
    await commands.return(undefined)

    const leave = new AbortController()
    const uploads = await client.blobs.uploads(undefined, { signal: leave.signal })
    expect((await uploads.next()).value).toMatchObject({ waiting: [] })
    const waiting = uploads.next()
    leave.abort()
    await expect(waiting).rejects.toThrow()
  })

  test('a recording is looked at and worked on, and the job is there until its result is taken', async () => {
    const { client, services } = await connect()
    // A tenth of a second of silence: 8,000 samples a second of 8 bits (RIFF/WAVE).
    const header = Buffer.from(
      '524946462403000057415645666d7420100000000100010040 1f0000401f000001000800646174612003 0000'.replaceAll(' ', ''),
      'hex',
    )
    const { id: hash } = await services.media.takeIn('a.wav', Readable.from([header, Buffer.alloc(800, 128)]))
    expect(await client.media.probe({ hash })).toMatchObject({ durationMs: 100, video: null, audio: { channels: 1 } })
    await expect(client.media.probe({ hash: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'not_found',
      defined: true,
    })
    expect((await client.media.tools()).ffmpeg?.version).toBeTruthy()
    const { id } = await client.media.start({ hash, recipe: { kind: 'waveform' } })
    const leave = new AbortController()
    let states: string[] = []
    for await (const { jobs } of await client.media.jobs(undefined, { signal: leave.signal })) {
      states = [...states, ...jobs.map(({ state }) => state)]
      const [job] = jobs
      if (job?.state !== 'done') continue
      expect(job).toMatchObject({ id, hash, kind: 'waveform', progress: 1, problem: null })
      expect(job.result).toMatchObject({ variants: [{ id: 'waveform', role: 'waveform' }] })
      await client.media.taken({ id })
      break
    }
    expect(states.at(-1)).toBe('done')
    const wrong = client.media.start as unknown as (input: unknown) => Promise<unknown>
    await expect(wrong({ hash, recipe: { kind: 'format', disk: 'C:' } })).rejects.toMatchObject({ status: 400 })
  })

  test('what was kept from loss comes back', async () => {
    const { client } = await connect()
    const document = {
      workspaceId: 'w',
      collection: 'posts',
      id: 'p',
      savedAt: '2026-01-01T00:00:00.000Z',
      document: { a: [1] },
    }
    await client.rescue.keep([document])
    expect(await client.rescue.list({ workspaceId: 'w' })).toEqual([document])
    await client.rescue.release({ workspaceId: 'w', collection: 'posts', ids: ['p'] })
    expect(await client.rescue.list({ workspaceId: 'w' })).toEqual([])
  })
})
