import { type ErrorCode, errorStatus } from '../errors.ts'

/** The expected failures of a procedure, under the names that the whole product uses, as oRPC's error map. */
export const named = <const Code extends ErrorCode>(...codes: Code[]) =>
  Object.fromEntries(codes.map((code) => [code, { status: errorStatus[code] as number }])) as Record<
    Code,
    { status: number }
  >
