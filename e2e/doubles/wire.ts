import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type Wire = { port: number; url: string; cut(): void; mend(): void; close(): Promise<void> }

/**
 * A network cable between the studio and the server: bytes pass untouched until it is cut, which resets every
 * connection and refuses new ones, as pulling the plug does.
 */
export async function layWire(targetPort: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer((near) => {
    if (!whole) return void near.resetAndDestroy()
    const far = connect(targetPort, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far)
    far.pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    cut() {
      whole = false
      for (const socket of sockets) socket.resetAndDestroy()
    },
    mend() {
      whole = true
    },
    async close() {
      whole = false
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
