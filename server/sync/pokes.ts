import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Pool } from 'pg'
import { Server, type Socket } from 'socket.io'
import { mayRead, type Role, roles } from '../../shared/collections/access.ts'
import { fail, GroverError } from '../../shared/errors.ts'
import type { Authenticate, Principal } from '../accounts/principal.ts'
import type { Config } from '../config.ts'
import type { Log } from '../http/app.ts'
import type { Admit } from '../http/security.ts'
import { createBetweenServers } from './between-servers.ts'
import type { Sync } from './index.ts'

type Parts = {
  httpServer: HttpServer
  authenticate: Authenticate
  /** The sockets' requests do not pass through the app, nor through its limits. */
  admit: Admit
  sync: Pick<Sync, 'onChange' | 'announce' | 'disconnectSession' | 'stop'>
  pool: Pool
  config: Pick<Config, 'databaseUrl'>
  log: Log
}

/** What the server says over the socket: `poke` names the collections to pull, never what is in them. */
type ToClient = { poke(news: { collections: readonly string[] }): void }
type BetweenServers = { changed(workspaceId: string, collections: readonly string[]): void }
type Data = { principal: Principal }
type Handshake = { auth: Record<string, unknown> }

const recheckMs = 60_000

const workspaceRoom = (id: string, role: Role) => `workspace:${id}:${role}`
const sessionRoom = (id: string) => `session:${id}`

/** Tells devices that there is something to pull. A lost poke costs time, never data: devices pull when they connect. */
export async function createPokes({ httpServer, authenticate, admit, sync, pool, config, log }: Parts) {
  const io = new Server<Record<string, never>, ToClient, BetweenServers, Data>(httpServer, {
    serveClient: false,
    // The token travels in the handshake and no cookie is read, so any origin may connect: it has nothing to ride on.
    cors: { origin: true },
    transports: ['websocket', 'polling'],
    maxHttpBufferSize: 100_000,
    pingInterval: 20_000,
    pingTimeout: 20_000,
    allowRequest: (request, answer) => {
      admit(request).then(
        (admitted) => answer(admitted ? null : 'too_many_requests', admitted),
        (error: unknown) => {
          log.error({ err: error }, 'a connection could not be counted')
          answer('unavailable', false)
        },
      )
    },
  })
  // One server needs no adapter; several tell each other through the database they share.
  const between = config.databaseUrl === undefined ? null : createBetweenServers(pool, log)
  if (between) io.adapter(between.adapter)

  const principalOf = (socket: { handshake: Handshake }): Promise<Principal> => {
    const token = socket.handshake.auth.token
    return authenticate({ headers: typeof token === 'string' ? { authorization: `Bearer ${token}` } : {} })
  }

  /** A session that has ended, or has another role, ends its socket; a database that is away for a moment does not. */
  const endIfRevoked = (
    socket: Parameters<typeof principalOf>[0] & { data: Data; disconnect(close: boolean): unknown },
  ): void => {
    principalOf(socket).then(
      ({ role }) => void (role === socket.data.principal.role || socket.disconnect(true)),
      (error: unknown) => {
        if (error instanceof GroverError) socket.disconnect(true)
        else log.warn({ err: error }, 'a live session could not be checked')
      },
    )
  }

  /** Counted by itself: over one connection somebody could try one token after another. */
  const letIn = async (socket: { request: IncomingMessage; handshake: Handshake }): Promise<Principal> => {
    if (!(await admit(socket.request)))
      fail('too_many_requests', 'Too many requests from this address; try again in a minute.')
    return await principalOf(socket)
  }

  io.use((socket, next) => {
    letIn(socket).then(
      (principal) => {
        socket.data.principal = principal
        next()
      },
      (error: unknown) => {
        const known = error instanceof GroverError
        if (!known) log.error({ err: error }, 'a socket could not be let in')
        const code = known ? error.code : 'unavailable'
        next(Object.assign(new Error(code), { data: { code, message: known ? error.message : 'Try again soon.' } }))
      },
    )
  })

  io.on('connection', (socket: Socket<Record<string, never>, ToClient, BetweenServers, Data>) => {
    const { workspaceId, sessionId, role } = socket.data.principal
    void socket.join([workspaceRoom(workspaceId, role), sessionRoom(sessionId)])
    // Revoked between the handshake and joining the room: the disconnect would have missed it.
    endIfRevoked(socket)
  })

  const tellHere = (workspaceId: string, changed: readonly string[]): void => {
    for (const role of roles) {
      const collections = changed.filter((name) => mayRead(role, name))
      if (collections.length > 0) io.local.to(workspaceRoom(workspaceId, role)).emit('poke', { collections })
    }
  }
  let fromElsewhere = false
  const unsubscribe = sync.onChange((workspaceId, collections) => {
    tellHere(workspaceId, collections)
    if (between && !fromElsewhere) io.serverSideEmit('changed', workspaceId, collections)
  })
  io.on('changed', (workspaceId, collections) => {
    fromElsewhere = true
    try {
      sync.announce(workspaceId, collections)
    } finally {
      fromElsewhere = false
    }
  })
  // A revocation that nobody could tell us of is noticed here all the same.
  const recheck = setInterval(() => {
    for (const socket of io.sockets.sockets.values()) endIfRevoked(socket)
  }, recheckMs)
  recheck.unref()

  return {
    /** Resolves when this server hears of changes on the others; at once where there are none. */
    ready: between?.ready ?? Promise.resolve(),
    /** Closes what is live of a session here; each server hears by itself of the sessions that end. */
    disconnectSession(sessionId: string): void {
      io.local.in(sessionRoom(sessionId)).disconnectSockets(true)
      sync.disconnectSession(sessionId)
    },
    async stop(): Promise<void> {
      clearInterval(recheck)
      unsubscribe()
      sync.stop()
      // Devices reconnect by themselves; the HTTP server is closed by its owner.
      io.disconnectSockets(true)
      for (const namespace of io._nsps.values()) await namespace.adapter.close()
      io.engine.close()
      await between?.stop()
    },
  }
}
