import { Type } from 'typebox'

const day = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'
const time = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?'
const pattern = `^${day}T${time}Z$`
const patternOrEmpty = `^(${day}T${time}Z)?$`

/** An instant in UTC, ISO 8601: every such text is one that `Date.parse` understands. */
export const Instant = Type.String({ pattern, maxLength: 24 })
/** The same, or empty where there is none. */
export const MaybeInstant = Type.String({ pattern: patternOrEmpty, maxLength: 24 })

export const isInstantPattern = (text: unknown): boolean => text === pattern || text === patternOrEmpty
