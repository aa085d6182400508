import type { FastifyInstance } from 'fastify'
import { fail } from '../../shared/errors.ts'

/** Asked for by whoever watches the server, who is told that it is stopping rather than refused. */
const watched = new Set(['/health', '/ready', '/metrics'])

/**
 * A server that stops: requests under way are finished, new ones are refused by name, and `/ready` says so, so that a
 * load balancer sends people elsewhere. Register before the routes.
 */
export function drain(app: FastifyInstance) {
  let draining = false
  let underWay = 0
  let idle = () => {}
  app.addHook('onRequest', async (request, reply) => {
    if (watched.has(request.routeOptions.url ?? '')) return
    underWay++
    // Fires also when the caller goes away before the answer.
    reply.raw.once('close', () => {
      underWay--
      if (underWay === 0) idle()
    })
    if (!draining) return
    reply.header('connection', 'close')
    fail('draining', 'The server is stopping; try again in a moment.')
  })

  return {
    isDraining: () => draining,
    /** Resolves when nothing is under way any more, at the latest after `maxMs`. */
    async start(maxMs: number): Promise<void> {
      draining = true
      if (underWay === 0) return
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        idle = resolve
        timer = setTimeout(resolve, maxMs)
      })
      clearTimeout(timer)
    },
  }
}
