import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { ClientRetryPlugin, type ClientRetryPluginContext } from '@orpc/client/plugins'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { hostHandshake, studioScheme } from '../../shared/contract/handshake.ts'
import type { HostClient } from '../../shared/contract/index.ts'
import { type ErrorCode, errorStatus, GroverError } from '../../shared/errors.ts'
import { returningSocket } from './host-socket.ts'

/** Calls that stay open; they begin again when the host comes back, and each begins with the present state. */
const streams = new Set(['host.commands', 'blobs.uploads', 'media.jobs'])

/**
 * The studio's host, whichever it is: over a MessagePort where the page came on the desktop's own scheme, otherwise over a
 * WebSocket to where the page came from. Failures arrive as GroverError. Rejects when no host answers.
 */
export async function connectHost(at: Location = location): Promise<HostClient> {
  const host = clientOver(at.protocol === `${studioScheme}:` ? overPort() : overSocket(at))
  await host.host.info()
  return host
}

type Context = ClientRetryPluginContext
type LinkOptions = Pick<ConstructorParameters<typeof SocketLink<Context>>[0], 'interceptors' | 'plugins'>

const linkOptions = (): LinkOptions => ({
  interceptors: [
    async ({ next, signal }) => {
      try {
        return await next()
      } catch (error) {
        throw signal?.aborted ? error : asGroverError(error)
      }
    },
  ],
  plugins: [
    new ClientRetryPlugin({
      default: {
        retry: ({ path }) => (streams.has(path.join('.')) ? Number.POSITIVE_INFINITY : 0),
        retryDelay: 1000,
      },
    }),
  ],
})

function overSocket(at: Location): SocketLink<Context> {
  const { socket } = returningSocket(`${at.protocol === 'https:' ? 'wss' : 'ws'}://${at.host}/rpc`)
  return new SocketLink({ websocket: socket, ...linkOptions() })
}

function overPort(): PortLink<Context> {
  const { port1, port2 } = new MessageChannel()
  window.postMessage(hostHandshake, location.origin, [port2])
  port1.start()
  return new PortLink({ port: port1, ...linkOptions() })
}

const clientOver = (link: SocketLink<Context> | PortLink<Context>): HostClient => createORPCClient<HostClient>(link)

function asGroverError(error: unknown): GroverError {
  if (error instanceof GroverError) return error
  if (!(error instanceof ORPCError))
    return new GroverError('unavailable', 'The studio has lost its host. If it does not come back, start it again.', {
      cause: error instanceof Error ? error.message : String(error),
    })
  if (error.code in errorStatus)
    return new GroverError(error.code as ErrorCode, error.message, error.data as Record<string, unknown> | undefined)
  return error.status === 400
    ? new GroverError('bad_request', error.message)
    : new GroverError('internal', 'The studio failed at this. The next attempt may succeed; its log says more.')
}
