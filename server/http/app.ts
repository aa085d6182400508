import { randomUUID } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { isNear } from './address.ts'
import { compileOnUse } from './compile-on-use.ts'
import { answerEarly, answerErrors, answerUnreadable } from './errors.ts'

export type Log = Logger
export type Clock = { now(): number }

/** Fastify with our error answers, request ids and types; routes are added by the features' plugins. */
export function createApp({ config, log }: { config: Config; log: Log }) {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    trustProxy: config.trustProxy ? isNear : false,
    logController: new LogController({ disableRequestLogging: true }),
    // Never an id that the caller chose: it goes into our logs.
    genReqId: () => randomUUID(),
    bodyLimit: 1_000_000,
    routerOptions: { maxParamLength: 400, ignoreTrailingSlash: false },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    frameworkErrors: answerEarly,
    clientErrorHandler: answerUnreadable,
    schemaController: { compilersFactory: compileOnUse },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array', allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  answerErrors(app)
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: reply.elapsedTime,
    }
    // The route, not the address: addresses carry codes, handles and search words.
    if (reply.statusCode >= 500) request.log.error(line, 'request failed')
    else request.log.debug(line, 'request')
  })
  return app
}

export type App = ReturnType<typeof createApp>
