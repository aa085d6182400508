import type { FastifyInstance, FastifyRequest } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { Type } from 'typebox'
import { fail } from '../../shared/errors.ts'
import type { Config } from '../config.ts'

/** A part that must work for the server to be of use: resolves when it does, throws with a reason when not. */
export type Check = () => Promise<void>

/** Asked by this machine itself, and not by a proxy on it in somebody else's name. */
const isThisMachine = ({ socket, headers }: FastifyRequest): boolean =>
  ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(socket.remoteAddress ?? '') &&
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined

const Part = Type.Object({ ok: Type.Boolean(), problem: Type.Optional(Type.String()) })

/** `/health` (the process answers), `/ready` (its parts do too) and `/metrics` (Prometheus text). */
export function health(
  app: FastifyInstance,
  { config, checks, isDraining }: { config: Config; checks: Record<string, Check>; isDraining: () => boolean },
): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'grover_http_request_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    duration.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1000)
  })

  app.get(
    '/health',
    {
      schema: {
        tags: ['operations'],
        summary: 'Is the process alive',
        response: { 200: Type.Object({ ok: Type.Boolean() }) },
      },
    },
    async () => ({ ok: true }),
  )
  const Ready = Type.Object({ ready: Type.Boolean(), parts: Type.Record(Type.String(), Part) })
  app.get(
    '/ready',
    {
      schema: {
        tags: ['operations'],
        summary: 'Can it serve: database, jobs, blobs',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const parts: Record<string, { ok: boolean; problem?: string }> = {}
      await Promise.all(
        Object.entries(checks).map(async ([name, check]) => {
          try {
            await check()
            parts[name] = { ok: true }
          } catch (error) {
            // The reason is for operators' logs; the page is open to all.
            app.log.warn({ err: error, part: name }, 'not ready')
            parts[name] = { ok: false, problem: `${name} does not answer` }
          }
        }),
      )
      if (isDraining()) parts.server = { ok: false, problem: 'stopping' }
      const ready = Object.values(parts).every((part) => part.ok)
      return reply.code(ready ? 200 : 503).send({ ready, parts })
    },
  )
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const allowed = config.metricsToken
      ? request.headers.authorization === `Bearer ${config.metricsToken}`
      : isThisMachine(request)
    if (!allowed) fail('not_allowed', 'Metrics need the token from GROVER_METRICS_TOKEN.')
    return reply.type(registry.contentType).send(await registry.metrics())
  })
  return registry
}
