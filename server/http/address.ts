import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'

/** Whether a proxy of our own may have this address: this machine, its link, and private networks. */
export const isNear = proxyAddr.compile(['loopback', 'linklocal', 'uniquelocal'])

/**
 * Who asks: behind proxies the nearest address that is not one of ours, as a caller can write any first entry it likes.
 * The same as Fastify's `request.ip`, for what does not come through Fastify.
 */
export const addressOf = (request: IncomingMessage, trustProxy: boolean): string =>
  proxyAddr(request, trustProxy ? isNear : () => false)
