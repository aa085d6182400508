import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorBody, type ErrorCode, errorStatus, GroverError } from '../../shared/errors.ts'

const byStatus: Record<number, ErrorCode> = {
  400: 'bad_request',
  401: 'sign_in_required',
  403: 'not_allowed',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'too_large',
  415: 'media_type_unsupported',
  429: 'too_many_requests',
  503: 'unavailable',
}

/** Fastify's own words are for programmers. */
const sentences: Partial<Record<ErrorCode, string>> = {
  body_not_json: 'The body is not JSON that can be read.',
  too_large: 'The request is larger than this address takes.',
  media_type_unsupported: 'This address does not take content of that type.',
}

/** A failure of any kind as a named one; what was not foreseen becomes `internal` and keeps its words for the log. */
function namedError(error: FastifyError | GroverError): {
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
  const message = sentences[code] ?? error.message
  return { status: errorStatus[code], body: { code, error: true, message }, unexpected: false }
}

/** For failures before there is a route, as of an address that cannot be read. */
export function answerEarly(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = namedError(error)
  const message =
    error.code === 'FST_ERR_BAD_URL' ? 'The address cannot be read: part of it is not text.' : body.message
  void reply.code(status).send({ ...body, message })
}

const unreadable: Record<string, [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ['too_large', 'The address and the headers of the request are larger than is taken.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['bad_request', 'The request took too long to arrive.'],
}

/** What came is no request that can be read: there is nothing to answer but the connection itself, and no more of it. */
export function answerUnreadable({ code: cause = '' }: { code?: string }, socket: Socket): void {
  if (cause === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [code, message] = unreadable[cause] ?? ['bad_request', 'This is not HTTP that can be read.']
  const body = JSON.stringify({ code, error: true, message } satisfies ErrorBody)
  const status = errorStatus[code]
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
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
