import { io, type Socket } from 'socket.io-client'
import { backoffMs } from './backoff.ts'
import type { Link } from './link.ts'

type Options = {
  serverUrl: string
  link: Link
  /** Something may have changed: in these collections, or anywhere when the line was cut meanwhile. */
  onNews(collections: readonly string[] | 'all'): void
  onConnected(connected: boolean): void
  random(): number
}

const askWithinMs = 500

/**
 * The line on which the server says that there is something to pull, never what. A poke that is lost while the line is
 * cut does no harm: everything is pulled when it is back.
 */
export function createPokeLine({ serverUrl, link, onNews, onConnected, random }: Options) {
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: ReturnType<typeof setTimeout> | undefined
  const socket: Socket = io(serverUrl, {
    auth: (answer) => answer({ token: link.token() }),
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.5,
  })
  /** The library leaves it to us when it was the server that ended the line or did not let us in. */
  const tryAgain = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => socket.connect(), backoffMs(++failures, random))
  }
  socket.on('connect', () => {
    failures = 0
    onConnected(true)
    link.wake()
    onNews('all')
  })
  socket.on('poke', ({ collections }: { collections: readonly string[] }) => onNews(collections))
  socket.on('disconnect', (reason) => {
    onConnected(false)
    // The network went, the server stops or the session was revoked: a pull will say which. All devices lose the line
    // together when a server stops, so they do not ask in the same moment.
    clearTimeout(asking)
    asking = setTimeout(() => onNews('all'), random() * askWithinMs)
    if (reason === 'io server disconnect') tryAgain()
  })
  socket.on('connect_error', (error: Error & { data?: { code?: string; message?: string } }) => {
    if (error.data?.code === 'sign_in_required')
      link.signedOut({ code: 'sign_in_required', message: error.data.message ?? '' })
    else if (!socket.active) tryAgain()
  })
  return {
    /** Connects at once, with the token of now. */
    wake(): void {
      if (socket.connected) return
      clearTimeout(timer)
      socket.disconnect().connect()
    },
    close(): void {
      clearTimeout(timer)
      clearTimeout(asking)
      socket.off()
      socket.disconnect()
    },
  }
}
