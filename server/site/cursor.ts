/** A place in a creator's list: the instant, to the microsecond as the database keeps it, and the post's id. */
export type Cursor = { micros: number; postId: string }

export const writeCursor = ({ micros, postId }: Cursor): string => `${micros}.${postId}`

/** `null` for anything that no page of ours links to. */
export function readCursor(text: unknown): Cursor | null {
  const match = typeof text === 'string' ? /^(\d{1,16})\.([0-9A-Za-z_-]{1,26})$/.exec(text) : null
  return match ? { micros: Number(match[1]), postId: match[2] as string } : null
}
