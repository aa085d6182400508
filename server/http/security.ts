import type { IncomingMessage } from 'node:http'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { GroverError } from '../../shared/errors.ts'
import type { Config } from '../config.ts'
import { addressOf } from './address.ts'

/** A page served by this very machine, or the desktop studio's own scheme. */
const isStudio = (origin: string): boolean =>
  /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/.test(origin) || origin === 'grover-studio://app'

/**
 * Headers and limits for every route. The studio calls from another origin with a bearer token and no cookies, so it is
 * let in without credentials; only origins named in the configuration may send cookies along.
 */
export async function protect(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    hsts: config.publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  })
  await app.register(cors, {
    hook: 'onRequest',
    delegator: (request, callback) => {
      const origin = request.headers.origin
      const named = origin !== undefined && config.corsOrigins.includes(origin)
      callback(null, {
        origin: origin !== undefined && (named || isStudio(origin)) ? origin : false,
        credentials: named,
        methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        allowedHeaders: ['authorization', 'content-type', 'accept', 'x-grover-device'],
        exposedHeaders: ['x-grover-time', 'x-request-id', 'retry-after', 'set-auth-token', 'etag'],
        maxAge: 7200,
      })
    },
  })
  await app.register(rateLimit, {
    max: config.limits.requestsPerMinute,
    timeWindow: 60_000,
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_request, { after }) =>
      new GroverError('too_many_requests', `Too many requests from this address; try again in ${after}.`),
  })
}

/** Counts a request against its address' limit, and says whether it is within. */
export type Admit = (request: IncomingMessage) => Promise<boolean>

/** The limit of `protect`, by the same count, for what does not come through Fastify. */
export function createAdmit(app: FastifyInstance, { trustProxy }: Pick<Config, 'trustProxy'>): Admit {
  const take = app.createRateLimit()
  return async (request) => {
    const asked = { ip: addressOf(request, trustProxy), routeOptions: {} } as FastifyRequest
    const taken = await take(asked)
    return taken.isAllowed || !taken.isExceeded
  }
}
