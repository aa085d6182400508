import { sql } from 'kysely'
import type { Collection } from '../../shared/collections/collection.ts'
import { sameJson } from '../../shared/domain/merge/index.ts'
import { GroverError } from '../../shared/errors.ts'
import type { Principal } from '../accounts/principal.ts'
import { isPassing } from '../database/passing.ts'
import type { Clock, Log } from '../http/app.ts'
import type { Checked, Doc, Refusal } from './check.ts'
import { findDocuments, type NewRow, type Stored, type Tx, upsertDocuments, withDeleted } from './documents.ts'

/** An accepted document, told to `project` inside the push's transaction. */
export type Change = {
  workspaceId: string
  principal: Principal
  doc: Doc
  /** The version before, or null when the document is new or was deleted. */
  previous: Doc | null
  deleted: boolean
  seq: number
  /** Server's clock, epoch ms. */
  now: number
}

/**
 * What a server module has to say about a collection. A GroverError thrown by any of them refuses that document alone.
 * `project` may run twice for one change (again in a savepoint of its own when a batch failed): its effects must be in `tx`.
 */
export type Hooks = {
  validate?(doc: Doc): void | Promise<void>
  authorize?(principal: Principal, doc: Doc, previous: Doc | null): void
  project?(tx: Tx, change: Change): Promise<void>
  /** As `project`, with all accepted documents of the push at once, for work that is done in bulk. */
  projectAll?(tx: Tx, changes: readonly Change[]): Promise<void>
}

type Row = { id: string; deleted: boolean; doc: Doc | null; json: string; assumed: Stored | null; sent: unknown }
export type PushResult = {
  conflicts: string[]
  refused: (Refusal & { sent: unknown })[]
  /** Other devices may have something to pull. */
  isNews: boolean
  /** A page whose checkpoint is below this number was read before. */
  lwt: number
}

/** What one device sent at once. */
export type Push = { principal: Principal; rows: readonly Row[] }

type Parts = { log: Log; clock: Clock; check: () => Promise<(doc: unknown) => Checked>; hooks: readonly Hooks[] }

const reserved = new Set(['_deleted', '_rev', '_meta', '_attachments'])

/** A document as sent, without the fields that replication adds. */
function split(sent: unknown): { deleted: boolean; doc: unknown } {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return { deleted: false, doc: sent }
  return {
    deleted: (sent as { _deleted?: unknown })._deleted === true,
    doc: Object.fromEntries(Object.entries(sent).filter(([key]) => !reserved.has(key))),
  }
}

const idOf = (doc: unknown): string => {
  const id = typeof doc === 'object' && doc !== null ? (doc as { id?: unknown }).id : undefined
  return typeof id === 'string' ? id : ''
}

/** One collection's way of taking documents in. */
export function createPush(collection: Collection, { log, clock, check, hooks }: Parts) {
  const refusal = (row: { id: string; sent: unknown }, error: unknown): PushResult['refused'][number] => {
    if (error instanceof GroverError) return { id: row.id, code: error.code, message: error.message, sent: row.sent }
    log.error({ err: error, collection: collection.name, id: row.id }, 'a pushed document could not be taken in')
    const message = 'Something went wrong on the server with this document; it has been noted.'
    return { id: row.id, code: 'internal', message, sent: row.sent }
  }

  /** Everything that can be said of the rows without looking at what is stored. */
  async function read(rows: readonly unknown[]): Promise<{ rows: Row[]; refused: PushResult['refused'] }> {
    const good: Row[] = []
    const refused: PushResult['refused'] = []
    const checkDocument = await check()
    for (const entry of rows) {
      const { newDocumentState: sent, assumedMasterState } = (entry ?? {}) as Record<string, unknown>
      const { deleted, doc } = split(sent)
      const id = idOf(doc)
      const checked = checkDocument(doc)
      const assumed = assumedMasterState == null ? null : split(assumedMasterState)
      const base = { id, deleted, assumed: assumed && { id, deleted: assumed.deleted, doc: assumed.doc as Doc }, sent }
      if (checked.ok) {
        try {
          if (!deleted) for (const hook of hooks) await hook.validate?.(checked.doc)
          good.push({ ...base, doc: checked.doc, json: checked.json })
        } catch (error) {
          refused.push(refusal({ id, sent }, error))
        }
      }
      // What was never fit to be kept can still be deleted.
      else if (deleted && id !== '' && id.length <= 64 && !id.includes('\0') && id.isWellFormed())
        good.push({ ...base, doc: null, json: '' })
      else refused.push(refusal({ id, sent }, checked.error))
    }
    return { rows: good, refused }
  }

  type Decision = { write: { row: Row; doc: Doc; json: string; previous: Doc | null } } | { conflict: Stored } | null

  /** The protocol's rule for one row. Errors: what `authorize` throws. */
  function decide(row: Row, master: Stored | undefined, principal: Principal): Decision {
    const doc = row.doc ?? master?.doc
    // Deleting a document that is unknown here, or an answer that was lost and is asked for again: done already.
    if (!doc || (master && master.deleted === row.deleted && sameJson(master.doc, doc))) return null
    if (master) {
      const { assumed } = row
      if (!assumed || assumed.deleted !== master.deleted || !sameJson(assumed.doc, master.doc))
        return { conflict: master }
    }
    const previous = master && !master.deleted ? master.doc : null
    for (const hook of hooks) hook.authorize?.(principal, doc, previous)
    return { write: { row, doc, json: row.doc ? row.json : JSON.stringify(doc), previous } }
  }

  async function project(tx: Tx, changes: readonly Change[]): Promise<void> {
    for (const change of changes) for (const hook of hooks) await hook.project?.(tx, change)
    for (const hook of hooks) await hook.projectAll?.(tx, changes)
  }

  /**
   * Takes in what devices of one workspace have sent, one after another, with the sequence numbers from `first`; the
   * results are in their order. `oneByOne` gives each document a savepoint, so that one whose projection fails is
   * refused alone; it is the second attempt, as savepoints for all would make every push pay for what hardly ever
   * happens. Errors: what makes the whole push worth repeating (a broken connection, a deadlock); of a single document
   * only where not `oneByOne`.
   */
  async function apply(
    tx: Tx,
    workspaceId: string,
    pushes: readonly Push[],
    first: number,
    oneByOne: boolean,
  ): Promise<PushResult[]> {
    const now = clock.now()
    const ids = pushes.flatMap(({ rows }) => rows.map(({ id }) => id))
    const masters = await findDocuments(tx, workspaceId, collection, [...new Set(ids)])
    const stored = new Set(masters.keys())
    const at = { workspaceId, collection: collection.name, version: collection.version, now: new Date(now) }
    const writes = new Map<string, NewRow>()
    const changes: Change[] = []
    const results: PushResult[] = []
    let seq = first
    for (const push of pushes) results.push(await applyOne(push))
    await upsertDocuments(tx, at, [...writes.values()])
    if (changes.length > 0) await project(tx, changes)
    return results

    async function applyOne({ principal, rows }: Push): Promise<PushResult> {
      const conflicts = new Map<string, Stored>()
      const refused: PushResult['refused'] = []
      let isNews = false
      for (const row of rows) {
        const master = masters.get(row.id)
        let decision: Decision
        try {
          decision = decide(row, master, principal)
        } catch (error) {
          refused.push(refusal(row, error))
          continue
        }
        if (!decision) {
          // Who repeats a push may have had no answer because the server ended, before it could tell the others.
          isNews ||= master !== undefined
          continue
        }
        if ('conflict' in decision) {
          conflicts.set(row.id, decision.conflict)
          continue
        }
        const { doc, json, previous } = decision.write
        const write = { id: row.id, deleted: row.deleted, json, seq: seq++, isNew: !stored.has(row.id) }
        const change: Change = { workspaceId, principal, doc, previous, deleted: row.deleted, seq: write.seq, now }
        if (oneByOne) {
          await sql`savepoint document`.execute(tx)
          try {
            await upsertDocuments(tx, at, [write])
            stored.add(row.id)
            await project(tx, [change])
            await sql`release savepoint document`.execute(tx)
          } catch (error) {
            if (isPassing(error)) throw error
            await sql`rollback to savepoint document`.execute(tx)
            refused.push(refusal(row, error))
            continue
          }
        } else {
          writes.set(row.id, write)
          changes.push(change)
        }
        isNews = true
        masters.set(row.id, { id: row.id, deleted: row.deleted, doc })
      }
      const answered = [...conflicts.values()]
      return {
        conflicts: answered.map((master) => withDeleted(JSON.stringify(master.doc), master.deleted)),
        refused,
        isNews,
        lwt: first,
      }
    }
  }

  return { read, apply }
}
