import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'

/**
 * A TypeBox schema as a Standard Schema (https://standardschema.dev), which is what oRPC takes. The check interprets
 * the schema: the renderer's content security policy forbids compiled validators.
 */
export const standard = <S extends TSchema>(schema: S) => ({
  '~standard': {
    version: 1 as const,
    vendor: 'typebox',
    validate: (value: unknown) =>
      Value.Check(schema, value)
        ? { value: value as Static<S> }
        : {
            issues: [...Value.Errors(schema, value)].map((e) => ({
              message: e.message,
              path: e.instancePath.split('/').slice(1),
            })),
          },
    types: undefined as unknown as { input: Static<S>; output: Static<S> },
  },
})
