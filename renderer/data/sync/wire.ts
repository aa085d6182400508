import type { RxReplicationWriteToMasterRow, WithDeleted } from 'rxdb'
import type { Collection } from '../../../shared/collections/collection.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import type { RefusedDocument } from '../types.ts'
import type { Link } from './link.ts'

export type Checkpoint = { id: string; lwt: number }

/** The history that a checkpoint is of; what else its id says is between the server and itself. */
export const epochOf = ({ id }: Checkpoint): string => id.split('~')[0]!

/** This device was away for longer than the server remembers deletions. */
export class CheckpointExpired extends Error {}

export type Page<T> = { documents: WithDeleted<T>[]; checkpoint: Checkpoint }
export type PushAnswer<T> = {
  conflicts: WithDeleted<T>[]
  refused: RefusedDocument[]
  /** By document: a page whose checkpoint is below this number was read before the push. */
  lwts: ReadonlyMap<string, number>
}
type Answer<T> = { conflicts: WithDeleted<T>[]; refused: RefusedDocument[]; lwt?: number }

/** What one request may carry: far below the server's limit, so that a slow line shows progress. */
const requestBytes = 8_000_000
/** So few documents are never too many for one answer. */
const surePage = 32
const own = 'application/vnd.grover.sync+json'

/** Pull and push of one collection over the link, in the words of docs/protocol.md. */
export function createWire<T>(link: Link, collection: Collection) {
  const base = `/sync/${collection.name}/${collection.version}`

  async function send(connection: number, rows: readonly string[], ids: readonly string[]): Promise<PushAnswer<T>> {
    const { status, body } = await link.callOn(connection, `${base}/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: own },
      body: `[${rows.join(',')}]`,
    })
    if (status !== 413) return named(body as Answer<T>, ids)
    if (rows.length === 1) {
      const message = 'The document is larger than the server takes.'
      return {
        conflicts: [],
        refused: [{ collection: collection.name, id: ids[0] ?? '', code: 'document_too_large', message }],
        lwts: new Map(),
      }
    }
    // Something between here and the server takes less than we thought.
    const half = rows.length >> 1
    const first = await send(connection, rows.slice(0, half), ids.slice(0, half))
    return join([first, await send(connection, rows.slice(half), ids.slice(half))])
  }

  const named = ({ conflicts, refused, lwt }: Answer<T>, ids: readonly string[]): PushAnswer<T> => ({
    conflicts,
    lwts: new Map(lwt ? ids.map((id) => [id, lwt]) : []),
    refused: refused.map((each) => ({ ...each, collection: collection.name })),
  })

  return {
    /** Errors: CheckpointExpired. */
    async pull(checkpoint: Checkpoint | undefined, limit: number): Promise<Page<T>> {
      let at = checkpoint ?? { lwt: 0, id: '' }
      let step = limit
      // By id: a document that changes between two requests comes a second time.
      const found = new Map<unknown, WithDeleted<T>>()
      for (;;) {
        const asked = Math.min(step, limit - found.size)
        const query = new URLSearchParams({ lwt: String(at.lwt), id: at.id, limit: String(asked) })
        const { status, body } = await link.call(`${base}/pull?${query}`)
        if (status === 410) throw new CheckpointExpired()
        if (status === 400) {
          // Too heavy for one answer. RxDB takes a short page for the end, so it is put together from smaller ones.
          step = Math.max(surePage, asked >> 1)
          continue
        }
        const page = body as Page<T>
        // Another history begins anew.
        if (at.id !== '' && epochOf(page.checkpoint) !== epochOf(at)) found.clear()
        for (const document of page.documents) found.set((document as unknown as State).id, document)
        at = page.checkpoint
        if (page.documents.length < asked || found.size >= limit)
          return { documents: [...found.values()], checkpoint: at }
      }
    },

    /** Errors: LineBroke when the connection is not the one asked for any more. */
    async push(connection: number, rows: readonly RxReplicationWriteToMasterRow<T>[]): Promise<PushAnswer<T>> {
      const answers: PushAnswer<T>[] = []
      let batch: string[] = []
      let ids: string[] = []
      let bytes = 0
      for (const row of rows) {
        const json = JSON.stringify(row)
        if (batch.length > 0 && bytes + json.length > requestBytes) {
          answers.push(await send(connection, batch, ids))
          batch = []
          ids = []
          bytes = 0
        }
        batch.push(json)
        ids.push(String((row.newDocumentState as unknown as State).id))
        bytes += json.length
      }
      if (batch.length > 0) answers.push(await send(connection, batch, ids))
      return join(answers)
    },
  }
}

const join = <T>(answers: PushAnswer<T>[]): PushAnswer<T> => ({
  conflicts: answers.flatMap((answer) => answer.conflicts),
  refused: answers.flatMap((answer) => answer.refused),
  lwts: new Map(answers.flatMap(({ lwts }) => [...lwts])),
})
