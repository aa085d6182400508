import type { FastifyError, FastifyInstance } from 'fastify'
import { type ErrorBody, type ErrorCode, errorStatus, GroverError } from '../../shared/errors.ts'

const byStatus: Record<number, ErrorCode> = {
  400: 'bad_request',
  401: 'sign_in_required',
  403: 'not_allowed',
  404: 'not_found',
  413: 'too_large',
  415: 'media_type_unsupported',
  429: 'too_many_requests',
  503: 'unavailable',
}

/** A failure of any kind as a named one; what was not foreseen becomes `internal` and keeps its words for the log. */
export function namedError(error: FastifyError | GroverError): {
  status: number
  body: ErrorBody
  unexpected: boolean
} {
  if (error instanceof GroverError) return { status: error.status, body: error.toBody(), unexpected: false }
  if (error.validation) {
    const first = error.validation[0]
    const where = `${error.validationContext ?? 'request'}${first?.instancePath ?? ''}`
    const message = `The ${where.replaceAll('/', '.')} ${first?.message ?? 'is not as it should be'}.`
    return { status: 400, body: { code: 'bad_request', error: true, message }, unexpected: false }
  }
  const status = error.statusCode ?? 500
  if (status >= 500 && status !== 503)
    return {
      status: 500,
      body: { code: 'internal', error: true, message: 'Something went wrong on the server; it has been noted.' },
      unexpected: true,
    }
  const code = error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' ? 'body_not_json' : (byStatus[status] ?? 'bad_request')
  return { status: errorStatus[code], body: { code, error: true, message: error.message }, unexpected: false }
}

export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, body, unexpected } = namedError(error)
    if (unexpected) request.log.error({ err: error, route: request.routeOptions.url }, 'unexpected failure')
    if (status === 503) reply.header('retry-after', '5')
    return reply.code(status).send(body)
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'not_found', error: true, message: 'There is nothing at this address.' }),
  )
}
