import ajvCompiler from '@fastify/ajv-compiler'
import serializerCompiler from '@fastify/fast-json-stringify-compiler'
import type { FastifyServerOptions } from 'fastify'

type Factories = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>
type Check = ((value: unknown) => unknown) & { errors?: unknown }

const buildValidator = ajvCompiler()
const buildSerializer = serializerCompiler()

/**
 * Fastify's own compilers of request checks and answers, but each schema is compiled at its route's first request: all
 * of them together are a quarter of a start, and most are not asked for in the first minutes.
 */
export const compileOnUse = {
  buildValidator(...of: Parameters<typeof buildValidator>) {
    const compile = buildValidator(...of) as (route: unknown) => Check
    return (route: unknown) => {
      let compiled: Check | undefined
      const check: Check = (value) => {
        compiled ??= compile(route)
        const good = compiled(value)
        // Fastify reads from the function what was wrong, as with ajv's own.
        check.errors = compiled.errors
        return good
      }
      return check as ReturnType<ReturnType<typeof buildValidator>>
    }
  },
  buildSerializer(schemas, options) {
    const compile = buildSerializer(schemas, options)
    return (route) => {
      let compiled: ReturnType<typeof compile> | undefined
      return (value) => {
        compiled ??= compile(route)
        return compiled(value)
      }
    }
  },
} satisfies Factories
