import type { FastifyPluginAsync } from 'fastify'
import type { Kysely } from 'kysely'
import { blankDocument } from '../../shared/collections/blank.ts'
import type { Collection } from '../../shared/collections/collection.ts'
import { collections as allCollections } from '../../shared/collections/index.ts'
import { GroverError } from '../../shared/errors.ts'
import type { Authenticate, Principal } from '../accounts/principal.ts'
import type { Database } from '../database/database.ts'
import { isPassing } from '../database/passing.ts'
import type { Clock, Log } from '../http/app.ts'
import { createChanges, createQueues } from './changes.ts'
import type { Checked, Doc } from './check.ts'
import { drawSequence, findDocuments, type Stored, type Tx, upsertDocuments } from './documents.ts'
import { createHorizon } from './horizon.ts'
import { createPush, type Hooks, type Push, type PushResult } from './push.ts'
import { syncRoutes } from './routes.ts'
import { createSharedReads } from './shared-reads.ts'
import { createStatistics } from './statistics.ts'
import { createStreams } from './stream.ts'
import { upgradeStored } from './upgrade-stored.ts'

export type { Doc } from './check.ts'
export type { Tx } from './documents.ts'
export type { Change, Hooks } from './push.ts'

type Parts = {
  db: Kysely<Database>
  clock: Clock
  log: Log
  authenticate: Authenticate
  /** How long deleted documents are remembered, so that devices that were away hear of it. */
  tombstoneDays?: number
  /** Tests bring their own. */
  collections?: Readonly<Record<string, Collection>>
}

const sweepEveryMs = 3_600_000

/** What belongs to a transaction that holds its workspace's lock. */
type Held = {
  /** The collections it has written to, to be announced once it has committed. */
  touched: Set<string>
  /** Sequence numbers drawn and not yet given to a document. */
  next: number
  left: number
}

/** Pushes that go into one transaction, and how many documents they have. */
type Gathered = { pushes: Push[]; count: number; results: Promise<PushResult[]> }
/** So that one transaction holds neither the workspace nor much memory for long. */
const mostGathered = 1000

export type Sync = ReturnType<typeof createSync>

/**
 * The one store of replicated documents and its protocol (docs/protocol.md). Whoever writes holds the workspace's lock,
 * so a workspace's changes have one order, and a device that pulls in that order misses nothing.
 */
export function createSync({ db, clock, log, authenticate, tombstoneDays = 90, collections = allCollections }: Parts) {
  const changes = createChanges(log)
  const queued = createQueues()
  const statistics = createStatistics({ db, log })
  const hooks = new Map<string, Hooks[]>()
  const held = new WeakMap<Tx, Held>()

  const parts = new Map(
    Object.values(collections).map((collection) => {
      const own: Hooks[] = []
      hooks.set(collection.name, own)
      const check = checkOnUse(collection)
      return [collection.name, { collection, check, push: createPush(collection, { log, clock, check, hooks: own }) }]
    }),
  )
  const part = (name: string) => {
    const found = parts.get(name)
    if (!found) throw new Error(`There is no collection ${name}.`)
    return found
  }

  /**
   * Runs `work` in a transaction that holds the workspace's lock, and tells listeners after the commit. Writers of one
   * workspace wait here, not in the database, so that one busy workspace takes one connection and not all of them.
   * `expected`: asked when its turn has come, how many documents it will write as well as it is known; their numbers are
   * drawn together with the lock.
   */
  async function transaction<T>(
    workspaceId: string,
    work: (tx: Tx) => Promise<T>,
    expected: () => number = () => 0,
  ): Promise<T> {
    const touched = new Set<string>()
    let count = 0
    const result = await queued(workspaceId, () => {
      count = expected()
      return db.transaction().execute(async (tx) => {
        const first = await drawSequence(tx, workspaceId, count)
        held.set(tx, { touched, next: first ?? 0, left: first === null ? 0 : count })
        return await work(tx)
      })
    })
    statistics.wrote(count)
    changes.announce(workspaceId, [...touched])
    return result
  }

  const heldBy = (tx: Tx): Held => {
    const found = held.get(tx)
    if (!found)
      throw new Error('A document needs a transaction of sync.transaction, or nobody would hear of the change.')
    return found
  }

  /** Sequence numbers for `count` documents. Resolves with the first; null when there is no such workspace. */
  async function numbersFor(tx: Tx, workspaceId: string, count: number): Promise<number | null> {
    const ours = heldBy(tx)
    if (ours.left < count) return await drawSequence(tx, workspaceId, count)
    const first = ours.next
    ours.next += count
    ours.left -= count
    return first
  }

  /**
   * Writes server-owned documents within a transaction made by `transaction` or given to `project`. A document that is
   * as it was keeps its place in the order and wakes nobody.
   */
  async function write(tx: Tx, workspaceId: string, name: string, docs: readonly (Doc & { _deleted?: boolean })[]) {
    const { collection, check } = part(name)
    const { touched } = heldBy(tx)
    if (collection.owner !== 'server') throw new Error(`Documents of ${name} are written by devices alone.`)
    if (docs.length === 0) return
    const first = await numbersFor(tx, workspaceId, docs.length)
    if (first === null) return
    const checkDocument = await check()
    const rows = docs.map(({ _deleted: deleted = false, ...doc }, i) => {
      const checked = checkDocument(doc)
      if (!checked.ok) throw new Error(`The server made a wrong document of ${name}: ${checked.error.message}`)
      return { id: checked.doc.id, deleted, json: checked.json, seq: first + i }
    })
    const at = { workspaceId, collection: name, version: collection.version, now: new Date(clock.now()) }
    const written = await upsertDocuments(tx, at, rows)
    if (written.length > 0) touched.add(name)
  }

  /** The stored documents, by id; deleted ones are left out. */
  async function read(tx: Tx, workspaceId: string, name: string, ids: readonly string[]): Promise<Map<string, Doc>> {
    const found = await findDocuments(tx, workspaceId, part(name).collection, ids)
    return new Map([...found.values()].filter((row: Stored) => !row.deleted).map((row) => [row.id, row.doc]))
  }

  async function push(principal: Principal, name: string, sent: readonly unknown[]) {
    const { push: take } = part(name)
    const { rows, refused } = await take.read(sent)
    if (rows.length === 0) return { conflicts: [], refused, lwt: 0 }
    const result = await takeIn(name, { principal, rows })
    return { conflicts: result.conflicts, refused: [...refused, ...result.refused], lwt: result.lwt }
  }

  /** Pushes to a collection of a workspace that wait for its lock. */
  const gathered = new Map<string, Gathered>()

  /** Pushes that wait at the same time go into one transaction, which costs little more than one of them. */
  async function takeIn(name: string, push: Push): Promise<PushResult> {
    const { workspaceId } = push.principal
    const key = `${workspaceId} ${name}`
    let open = gathered.get(key)
    if (!open || open.count + push.rows.length > mostGathered) {
      const pushes: Push[] = []
      const close = () => {
        if (gathered.get(key)?.pushes === pushes) gathered.delete(key)
      }
      open = { pushes, count: 0, results: takeTogether(workspaceId, name, pushes, close) }
      gathered.set(key, open)
    }
    open.count += push.rows.length
    const at = open.pushes.push(push) - 1
    return (await open.results)[at]!
  }

  /** More pushes may be added until it calls `close`, as its turn has come. */
  async function takeTogether(
    workspaceId: string,
    name: string,
    pushes: readonly Push[],
    close: () => void,
  ): Promise<PushResult[]> {
    const attempt = (oneByOne: boolean) => {
      let count = 0
      const work = async (tx: Tx) => {
        const first = await numbersFor(tx, workspaceId, count)
        if (first === null) throw new GroverError('not_found', 'This workspace does not exist any more.')
        const results = await part(name).push.apply(tx, workspaceId, pushes, first, oneByOne)
        if (results.some(({ isNews }) => isNews)) heldBy(tx).touched.add(name)
        return results
      }
      return transaction(workspaceId, work, () => {
        close()
        count = pushes.reduce((sum, { rows }) => sum + rows.length, 0)
        // As many again for what the server writes beside them.
        return 2 * count
      })
    }
    return await attempt(false).catch((error) => {
      if (isPassing(error)) throw error
      return attempt(true)
    })
  }

  const streams = createStreams({ db, authenticate, log, onChange: changes.onChange })
  const plugin: FastifyPluginAsync = syncRoutes({
    db,
    clock,
    authenticate,
    collections,
    push,
    streams,
    shared: createSharedReads(changes),
  })

  const bury = (workspaceId: string, name: string, ids: readonly string[]): Promise<void> =>
    transaction(
      workspaceId,
      async (tx) => {
        const { collection } = part(name)
        const first = await numbersFor(tx, workspaceId, ids.length)
        if (first === null) return
        const at = { workspaceId, collection: name, version: collection.version, now: new Date(clock.now()) }
        const blank = (id: string) => JSON.stringify(blankDocument(collection, id))
        const rows = ids.map((id, i) => ({ id, deleted: true, json: blank(id), seq: first + i }))
        if ((await upsertDocuments(tx, at, rows)).length > 0) heldBy(tx).touched.add(name)
      },
      () => ids.length,
    )
  const horizon = createHorizon({ db, clock, days: tombstoneDays, bury })
  const stopping = new AbortController()
  let background: Promise<unknown> = Promise.resolve()
  let sweeper: NodeJS.Timeout | undefined

  /** Brings stored documents to today's schema. */
  async function upgradeAll(): Promise<void> {
    for (const collection of Object.values(collections)) {
      const count = await upgradeStored({ db, transaction, collection, signal: stopping.signal })
      if (count > 0) log.info({ collection: collection.name, count }, 'documents brought to the newest schema')
    }
  }

  async function sweep(): Promise<void> {
    const removed = await horizon.sweep(stopping.signal)
    if (removed > 0) log.info({ removed }, 'old tombstones purged')
  }

  /** One after the other; a failure is logged, and the next round or start tries again. */
  const beside = (work: () => Promise<void>): void => {
    background = background
      .then(() => (stopping.signal.aborted ? undefined : work()))
      .catch((err) => void (stopping.signal.aborted || log.warn({ err }, 'work on stored documents failed')))
  }

  return {
    plugin,
    /** Begins the work in the background: bringing documents to today's schema, and purging old tombstones. */
    start(): void {
      beside(upgradeAll)
      beside(sweep)
      sweeper = setInterval(() => beside(sweep), sweepEveryMs)
      sweeper.unref()
    },
    /** Ends that work, with the batch it has in hand. */
    async settle(): Promise<void> {
      clearInterval(sweeper)
      stopping.abort()
      await background
      await statistics.settle()
    },
    upgradeAll,
    sweep,
    transaction,
    write,
    read,
    onChange: changes.onChange,
    /** Tells this process's listeners of a change that another process has committed. */
    announce: changes.announce,
    /** What a server module has to say about a device's collection, see `Hooks`. Call before the server listens. */
    register(name: string, wanted: Hooks): void {
      part(name)
      hooks.get(name)?.push(wanted)
    },
    /** Ends the live streams of a session that was revoked. */
    disconnectSession: streams.disconnectSession,
    /** Ends all live streams, so that the server can close. */
    stop: streams.stop,
  }
}

/** The check of a collection's documents, compiled when the first of them comes: a start should not wait for it. */
function checkOnUse(collection: Collection): () => Promise<(doc: unknown) => Checked> {
  let check: Promise<(doc: unknown) => Checked> | undefined
  return () => {
    check ??= import('./check.ts').then(({ documentCheck }) => documentCheck(collection))
    return check
  }
}
