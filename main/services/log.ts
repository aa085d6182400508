/** One line for the person or the log file; never a secret, never what somebody wrote. */
export type Log = (sentence: string, error?: unknown) => void

export const stderrLog: Log = (sentence, error) =>
  console.error(error === undefined ? sentence : `${sentence} (${error instanceof Error ? error.message : error})`)
