const warn = 40

/**
 * The sentence of a line of the server's log that the person at the terminal should see, or undefined. The log is JSON (pino);
 * what is not JSON was written for people. Mail that had nowhere to go is told, because its reader is waiting for it.
 */
export function worthTelling(line: string): string | undefined {
  if (line.trim() === '') return undefined
  let entry: { level?: unknown; msg?: unknown; err?: { message?: unknown } }
  try {
    entry = JSON.parse(line)
  } catch {
    return line
  }
  if (typeof entry !== 'object' || entry === null || typeof entry.msg !== 'string') return line
  if (!(Number(entry.level) >= warn || entry.msg.startsWith('No mail server is set'))) return undefined
  return typeof entry.err?.message === 'string' ? `${entry.msg}: ${entry.err.message}` : entry.msg
}
