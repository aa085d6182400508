import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type Wire = { port: number; url: string; cut(): void; mend(): void; close(): Promise<void> }

/** What a bad line does beside being cut; each is asked anew for every piece of bytes or request. */
export type Faults = {
  /** How long a piece of bytes is held up. */
  delayMs?(): number
  /** Does the answer to this request get lost? The server has done what was asked, the studio sees a reset. */
  losesAnswer?(isPush: boolean): boolean
  /** After how many ms does this request arrive a second time; null: it does not. */
  repeatsAfterMs?(): number | null
}

/**
 * A network cable between the studio and the server: bytes pass untouched until it is cut, which resets every
 * connection and refuses new ones, as pulling the plug does. It can be given faults.
 */
export async function layWire(targetPort: number, faults: Faults = {}): Promise<Wire> {
  const sockets = new Set<Socket>()
  let whole = true

  const hold = (socket: Socket): void => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
  }

  function repeat(request: Buffer[], afterMs: number): void {
    const timer = setTimeout(() => {
      if (!whole) return
      const far = connect(targetPort, '127.0.0.1')
      hold(far)
      far.on('error', () => far.destroy())
      far.once('data', () => far.destroy())
      for (const piece of request) far.write(piece)
    }, afterMs)
    timer.unref()
  }

  /** The studio sends its next request on a connection only after the answer to the last. */
  function watchRequests(near: Socket, far: Socket): void {
    let request: Buffer[] = []
    let answered = true
    near.on('data', (piece: Buffer) => {
      if (answered) request = []
      answered = false
      request.push(piece)
    })
    far.on('data', () => {
      if (answered) return
      answered = true
      const start = request[0]?.toString('latin1', 0, 20) ?? ''
      if (!/^(GET|POST) \/sync/.test(start)) return
      const isPush = start.startsWith('POST')
      const afterMs = faults.repeatsAfterMs?.() ?? null
      if (afterMs !== null && isPush) repeat(request, afterMs)
      if (faults.losesAnswer?.(isPush)) near.resetAndDestroy()
    })
  }

  const server = createServer((near) => {
    if (!whole) return void near.resetAndDestroy()
    const far = connect(targetPort, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      hold(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
    }
    watchRequests(near, far)
    carry(near, far, faults)
    carry(far, near, faults)
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

function carry(from: Socket, to: Socket, { delayMs }: Faults): void {
  if (!delayMs) return void from.pipe(to)
  let last = Promise.resolve()
  const inTurn = (work: () => void): void => {
    const ms = delayMs()
    last = last.then(async () => {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
      if (!to.destroyed) work()
    })
  }
  from.on('data', (piece: Buffer) => inTurn(() => to.write(piece)))
  from.on('end', () => inTurn(() => to.end()))
}
