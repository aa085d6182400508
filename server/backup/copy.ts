import { once } from 'node:events'
import { type Duplex, Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'

type Connection = {
  stream: Duplex
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  sendCopyFail(message: string): void
  endCopyFrom(): void
}
type CommandComplete = { text: string }

const rowsOf = ({ text }: CommandComplete): number => Number(/^COPY (\d+)$/.exec(text)?.[1])

/**
 * Runs `copy … to stdout` and writes what comes to `destination`; resolves with the number of rows. Text is what COPY
 * writes by default: every type comes back from it exactly, in any version of PostgreSQL.
 */
export async function copyOut(client: pg.Client, statement: string, ...destination: Writable[]): Promise<number> {
  let connection: Connection | undefined
  let rows = Number.NaN
  const source = new Readable({ read: () => void connection?.stream.resume() })
  client.query({
    submit(on: Connection) {
      connection = on
      on.query(statement)
    },
    handleCopyData({ chunk }: { chunk: Buffer }) {
      // A copy: the driver reads the next message into the same memory.
      if (!source.push(Buffer.from(chunk))) connection?.stream.pause()
    },
    handleCommandComplete(message: CommandComplete) {
      rows = rowsOf(message)
    },
    handleReadyForQuery: () => void source.push(null),
    handleError: (error: Error) => void source.destroy(error),
  } as unknown as pg.Submittable)
  await pipeline([source, ...destination])
  return rows
}

/** Runs `copy … from stdin` with these bytes; resolves with the number of rows. */
export function copyIn(client: pg.Client, statement: string, source: AsyncIterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = Number.NaN
    const send = async (connection: Connection): Promise<void> => {
      for await (const chunk of source) {
        connection.sendCopyFromChunk(chunk)
        if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain')
      }
      connection.endCopyFrom()
    }
    client.query({
      submit: (connection: Connection) => connection.query(statement),
      handleCopyInResponse(connection: Connection) {
        send(connection).catch((error: unknown) => connection.sendCopyFail(String(error)))
      },
      handleCommandComplete(message: CommandComplete) {
        rows = rowsOf(message)
      },
      handleReadyForQuery: () => resolve(rows),
      handleError: reject,
    } as unknown as pg.Submittable)
  })
}
