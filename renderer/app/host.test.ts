import { RPCHandler } from '@orpc/server/ws'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { createRouter } from '../../main/router.ts'
import { createServices } from '../../main/services/compose.ts'
import { createFileKey } from '../../main/services/vault-key.ts'
import { temporaryFolder } from '../../main/testing/folder.ts'
import { GroverError } from '../../shared/errors.ts'
import { connectHost } from './host.ts'

/** A real host behind a WebSocket that can go away and come back at the same address. */
async function openHost(folder: string, port = 0) {
  const log = () => undefined
  const services = createServices({
    kind: 'browser',
    version: '1',
    folder,
    serverUrl: () => 'http://127.0.0.1:1',
    keeper: createFileKey(folder),
    can: { nativeMenu: false, tray: false },
    openAddress: async () => undefined,
    log,
  })
  const handler = new RPCHandler(createRouter({ services, log }))
  const sockets = new WebSocketServer({ host: '127.0.0.1', port })
  sockets.on('connection', (socket) => void handler.upgrade(socket, { context: {} }))
  await new Promise((resolve) => sockets.once('listening', resolve))
  const close = async () => {
    for (const socket of sockets.clients) socket.terminate()
    await new Promise((resolve) => sockets.close(resolve))
    await services.stop()
  }
  onTestFinished(close)
  return { services, close, port: (sockets.address() as { port: number }).port }
}

/** Every socket that the page opens, to know when it has noticed a loss. */
const opened: WebSocket[] = []
const Real = WebSocket
vi.stubGlobal(
  'WebSocket',
  class extends Real {
    constructor(url: string) {
      super(url)
      opened.push(this)
    }
  },
)
/** Not simply the last one: pages of earlier tests go on looking for their hosts. */
const lossOf = (port: number) =>
  new Promise((resolve) =>
    opened.findLast(({ url }) => new URL(url).port === String(port))?.addEventListener('close', resolve),
  )

const at = (port: number) => ({ protocol: 'http:', host: `127.0.0.1:${port}` }) as Location

test('expected failures arrive as the errors the whole product speaks of', async () => {
  const { port } = await openHost(temporaryFolder())
  const host = await connectHost(at(port))
  expect(await host.session.get()).toBeNull()
  const refused = await host.host.openExternal({ url: 'file:///x' }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(GroverError)
  expect(refused).toMatchObject({ code: 'not_allowed', message: expect.stringContaining('https') })
  await expect(host.session.set({} as never)).rejects.toMatchObject({ name: 'GroverError', code: 'bad_request' })
})

test('a host that comes back is found again: calls wait for it, and streams begin anew', async () => {
  const folder = temporaryFolder()
  const first = await openHost(folder)
  const host = await connectHost(at(first.port))
  const commands = await host.host.commands()
  first.services.commands.push({ command: 'one' })
  expect((await commands.next()).value).toEqual({ command: 'one' })

  const noticed = lossOf(first.port)
  await first.close()
  await noticed
  const waiting = host.session.get()
  const second = await openHost(folder, first.port)
  expect(await waiting).toBeNull()
  second.services.commands.push({ command: 'two' })
  expect((await commands.next()).value).toEqual({ command: 'two' })
  await commands.return?.(undefined)
})

test('a call under way when the host goes is a named failure, never a second attempt', async () => {
  const first = await openHost(temporaryFolder())
  const host = await connectHost(at(first.port))
  let calls = 0
  first.services.rescue.list = () => {
    calls++
    void first.close()
    return new Promise(() => undefined)
  }
  await expect(host.rescue.list({ workspaceId: 'w' })).rejects.toMatchObject({
    name: 'GroverError',
    code: 'unavailable',
  })
  expect(calls).toBe(1)
})

test('a cancelled call is the caller’s own doing and no failure of the host', async () => {
  const { port, services } = await openHost(temporaryFolder())
  const host = await connectHost(at(port))
  services.rescue.list = () => new Promise(() => undefined)
  const cancel = new AbortController()
  const call = host.rescue.list({ workspaceId: 'w' }, { signal: cancel.signal })
  cancel.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
})
