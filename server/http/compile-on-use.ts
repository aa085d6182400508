import { createRequire } from 'node:module'
import type { FastifyServerOptions } from 'fastify'

type Factories = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>
type Check = ((value: unknown) => unknown) & { errors?: unknown }

// Fastify compiles without waiting, so they cannot be imported when needed; required they can (both are CommonJS).
const require = createRequire(import.meta.url)
const ajvCompiler = () => require('@fastify/ajv-compiler') as typeof import('@fastify/ajv-compiler')
const jsonCompiler = () =>
  require('@fastify/fast-json-stringify-compiler') as typeof import('@fastify/fast-json-stringify-compiler')

type BuildValidator = ReturnType<ReturnType<typeof ajvCompiler>>
type BuildSerializer = ReturnType<ReturnType<typeof jsonCompiler>>

/**
 * Fastify's own compilers of request checks and answers, but each schema is compiled at its route's first request: all
 * of them together are a quarter of a start, and most are not asked for in the first minutes.
 */
export const compileOnUse = {
  buildValidator(...of: Parameters<BuildValidator>) {
    let compile: ((route: unknown) => Check) | undefined
    return (route: unknown) => {
      let compiled: Check | undefined
      const check: Check = (value) => {
        compile ??= ajvCompiler()()(...of) as (route: unknown) => Check
        compiled ??= compile(route)
        const good = compiled(value)
        // Fastify reads from the function what was wrong, as with ajv's own.
        check.errors = compiled.errors
        return good
      }
      return check as ReturnType<ReturnType<BuildValidator>>
    }
  },
  buildSerializer(...of: Parameters<BuildSerializer>) {
    let compile: ReturnType<BuildSerializer> | undefined
    return (route) => {
      let compiled: ReturnType<ReturnType<BuildSerializer>> | undefined
      return (value) => {
        compile ??= jsonCompiler()()(...of)
        compiled ??= compile(route)
        return compiled(value)
      }
    }
  },
} satisfies Factories
