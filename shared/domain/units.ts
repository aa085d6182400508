/** Branded primitives: a string that knows what it says. */
declare const unit: unique symbol
type Brand<T, Name extends string> = T & { readonly [unit]: Name }

/** An instant, ISO 8601 with milliseconds and `Z`: `2026-03-29T01:30:00.000Z`. */
export type Utc = Brand<string, 'Utc'>
/** A wall-clock time with no zone, to the second: `2026-03-29T02:30:00`. */
export type LocalDateTime = Brand<string, 'LocalDateTime'>

export const utcFromMs = (ms: number): Utc => new Date(ms).toISOString() as Utc
