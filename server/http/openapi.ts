import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'

/**
 * The OpenAPI 3.1 page at `/docs`, made from the same schemas that check the requests. It is put together when somebody
 * first asks for it: its libraries would be a sixth of every start. Register before the routes.
 */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  let pages: Promise<FastifyInstance> | undefined
  app.route({
    method: ['GET', 'HEAD'],
    url: '/docs/*',
    schema: { hide: true },
    async handler(request, reply) {
      pages ??= createPages(routes, version)
      const { statusCode, headers, rawPayload } = await (await pages).inject({ method: 'GET', url: request.url })
      return reply.code(statusCode).headers(headers).send(rawPayload)
    },
  })
  app.get('/docs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs/'))
}

/** A Fastify of its own that has the same routes, without what they do. */
async function createPages(routes: RouteOptions[], version: string): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ])
  const pages = Fastify({ exposeHeadRoutes: false })
  await pages.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Grover companion server',
        version,
        description: 'Every answer that is not 2xx has the body {code, error: true, message}.',
      },
      components: { securitySchemes: { session: { type: 'http', scheme: 'bearer' } } },
    },
  })
  await pages.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { deepLinking: true } })
  await pages.register(async (scope) => {
    for (const { method, url, schema } of routes)
      if (schema && !(schema as { hide?: boolean }).hide) scope.route({ method, url, schema, handler: () => null })
  })
  await pages.ready()
  return pages
}
