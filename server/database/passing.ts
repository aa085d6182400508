/**
 * Whether the database went away, shut down, or asks for another try: then nothing is wrong with what it was given.
 * node-postgres has no code for a connection that breaks in the middle, only words.
 */
export function isPassing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code === 'string' && /^(08|57P|40001|40P01|53|55P03|ECONN|EPIPE|ETIMEDOUT|ENOENT)/.test(code)) return true
  return (
    typeof message === 'string' &&
    /connection terminated|timeout exceeded|client was closed|not queryable/i.test(message)
  )
}
