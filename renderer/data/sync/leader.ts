import type { RxCollection, RxDocument, RxStorageInstanceReplicationState } from 'rxdb'
import type { Collection } from '../../../shared/collections/collection.ts'
import { type CollectionName, collectionNames, collections } from '../../../shared/collections/index.ts'
import type { HostClient } from '../../../shared/contract/index.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import { bare, sameVersion } from '../conflicts.ts'
import type { StudioDatabase, SyncPhase, SyncStatus } from '../types.ts'
import { openGenerations } from './generations.ts'
import { createLink, type LinkOptions } from './link.ts'
import type { WatchedStorage } from './meta-watch.ts'
import { createPokeLine } from './poke.ts'
import { openRefusals } from './refusals.ts'
import { type Replication, RestoredServer, replicate } from './replicate.ts'
import { createRescueMirror, type Kept } from './rescue.ts'
import { noteRescued } from './rescued.ts'
import type { CopyNews, Found } from './server-copies.ts'
import { createWaiting, type Waiting } from './waiting.ts'

export type LeaderOptions = {
  db: StudioDatabase
  /** Opens the collections that the start did not wait for. */
  openLate(): Promise<unknown>
  watched: WatchedStorage
  workspaceId: string
  link: LinkOptions
  host: Pick<HostClient, 'rescue'>
  /** When the server and this device last agreed, epoch ms; kept over restarts. */
  lastSyncAt: number | null
  now(): number
  random(): number
  onStatus(status: SyncStatus): void
  onCopies(news: CopyNews): void
}

type Part = { replication: Replication; waiting: Waiting; unsubscribe(): void }
type Internal = RxStorageInstanceReplicationState<State>

/** Without the socket, and as a net under it: how often to pull anyway. */
const pollMs = { cut: 15_000, live: 300_000 }

/** News is acted on at once, and what follows within this time together. */
const gatherMs = 20

const found = ({ id, updatedAt }: State, has: Found['has']): Found => ({
  id: String(id),
  version: String(updatedAt),
  has,
})

/** What has its turn when everything else is here: a first sync is for the list of posts. */
const isLate = (name: CollectionName): boolean => name === 'versions'

/** Syncs every collection for all windows of this studio, and says how it stands. */
export async function leadSync(options: LeaderOptions) {
  const { db, openLate, watched, workspaceId, host, now, random, onStatus, onCopies } = options
  await openLate()
  const link = createLink(options.link)
  const [refusals, generations] = await Promise.all([openRefusals(db), openGenerations(db)])
  const parts = new Map<CollectionName, Part>()
  const active = new Set<CollectionName>(collectionNames)
  /** Collections in which what waits has been counted; before that nothing may be called safe. */
  const counted = new Set<CollectionName>()
  const early = new Set(collectionNames.filter((name) => !isLate(name)))
  const lateTurn = Promise.withResolvers<void>()
  let connected = false
  let closing = false
  let lastSyncAt = options.lastSyncAt
  let fault: SyncStatus['problem'] = null
  let lastPullAt = 0

  function phase(): SyncPhase {
    const { reach } = link.state$.value
    switch (reach) {
      case 'signed-out':
      case 'outdated':
        return reach
      case 'unknown':
        return 'connecting'
      case 'down':
        return isCounted() ? 'offline' : 'connecting'
      case 'up':
        if (isBusy()) return 'syncing'
        return connected && isCounted() ? 'live' : 'connecting'
    }
  }
  /** RxDB calls itself idle while it sends what a pull made it look for; so an edit counts until it was looked at. */
  const isBusy = (): boolean =>
    active.size > 0 ||
    waitingCount() > refusals.count() ||
    [...parts.values()].some(({ waiting }) => waiting.isInDoubt())
  const isCounted = (): boolean => counted.size === collectionNames.length
  function waitingCount(): number {
    return [...parts.values()].reduce((sum, { waiting }) => sum + waiting.count(), 0)
  }

  let told = ''
  function tell(): void {
    if (closing) return
    const state = phase()
    const { reach } = link.state$.value
    const settled = reach === 'up' && isCounted() && !isBusy()
    if (settled) {
      lastSyncAt = now()
      fault = null
    }
    const { problem, clockSkewMs: skew } = link.state$.value
    // Each answer measures it a little differently; nobody needs to hear of that.
    const clockSkewMs = skew === null ? null : Math.round(skew / 5000) * 5000
    const status: SyncStatus = {
      phase: state,
      waiting: waitingCount(),
      lastSyncAt,
      clockSkewMs,
      problem: problem ?? fault,
      refused: refusals.list(),
    }
    // Every answer of the server is an agreement; windows need to hear of it only now and then.
    const minute = lastSyncAt === null ? 0 : Math.floor(lastSyncAt / 60_000)
    const words = JSON.stringify({ ...status, lastSyncAt: minute })
    if (words === told) return
    told = words
    onStatus(status)
  }

  const tellCopies = (found: readonly Found[], reset = false): void =>
    onCopies({ reset, found, at: new Date(now()).toISOString() })

  const report = (error: unknown): void => {
    if (closing || error instanceof RestoredServer) return
    fault = { code: 'internal', message: error instanceof Error ? error.message : String(error) }
    tell()
  }
  const rescue = createRescueMirror({ host, workspaceId, now, onError: report })
  const { kept, written } = await rescue.restore(db).catch((error) => {
    report(error)
    return { kept: new Map<string, Map<string, Kept>>(), written: [] }
  })
  await noteRescued(db, written, now())

  const localOf = (name: CollectionName): RxCollection =>
    (db.collections as unknown as Record<CollectionName, RxCollection>)[name]

  async function startPart(name: CollectionName): Promise<void> {
    const collection: Collection = collections[name]
    const local = localOf(name)
    const mirrored = kept.get(name)
    /** Kept by the host and not yet joined with what is here: not to be released by it. */
    const toJoin = new Map(mirrored)
    let restarting = false
    let waiting: Waiting | undefined
    const replication = await replicate({
      name: generations.nameOf(name),
      link,
      collection,
      local,
      watched,
      turn: isLate(name) ? lateTurn.promise : Promise.resolve(),
      baseOf: (id) => mirrored?.get(id)?.base ?? undefined,
      onRefused: async (refused) => {
        await refusals.add(refused)
        tell()
      },
      onMetaWrite: (ids) => waiting?.noted(ids),
      onNewEpoch() {
        if (restarting || closing) return
        restarting = true
        void restartPart(name).catch(report)
      },
    })
    const { state } = replication
    const subscriptions = [
      state.active$.subscribe((isActive) => {
        if (isActive) active.add(name)
        else active.delete(name)
        tell()
      }),
      state.error$.subscribe((error) => {
        const inner = (error.parameters as { errors?: { name?: string; message: string }[] } | undefined)?.errors?.[0]
        if (!restarting && inner?.name !== 'AbortError') report(new Error(inner?.message ?? error.message))
      }),
    ]
    await state.start()
    const arrived = state.awaitInitialReplication().then(() => {
      early.delete(name)
      if (early.size === 0) lateTurn.resolve()
    })
    arrived.catch(report)
    waiting = createWaiting({
      local,
      replication: state.internalReplicationState as unknown as Internal,
      onDoubt: tell,
      onError: report,
      onLook({ unsynced, synced }) {
        rescue.keep(name, unsynced)
        const ids = synced.map(({ id }) => String(id))
        rescue.release(
          name,
          ids.filter((id) => !toJoin.has(id)),
        )
        for (const id of ids) mirrored?.delete(id)
        if (name === 'posts')
          tellCopies([
            ...unsynced.map(({ state, base }) => found(state, base && !base._deleted ? 'older' : 'none')),
            ...synced.map((state) => found(state, 'same')),
          ])
        void refusals.clear(name, ids).then(tell, report)
      },
    })
    const unsubscribe = (): void => {
      for (const subscription of subscriptions) subscription.unsubscribe()
    }
    parts.set(name, { replication, waiting, unsubscribe })
    if (collection.owner === 'device') {
      await waiting.scan()
      await retry(name, waiting, toJoin)
    }
    counted.add(name)
    // What was joined may have an earlier time than what was known.
    if (name === 'posts') tellCopies([], true)
    tell()
  }

  /**
   * What waits but would not be sent by itself: refused in an earlier run (the server or the studio may be newer now),
   * written while this device's clock was behind, before the point from which RxDB looks for changes, or lost here and
   * kept by the host only.
   */
  async function retry(name: CollectionName, waiting: Waiting, toJoin: Map<string, Kept>): Promise<void> {
    const ids = [...new Set([...toJoin.keys(), ...refusedOf(name)])]
    if (ids.length === 0) return
    const local = localOf(name)
    await waiting.lookAt(ids)
    const joined: string[] = []
    for (const [id, lost] of toJoin) {
      const document = await local.findOne(id).exec()
      if (document && !isLaterEdit(waiting, id, document, lost) && (await joinLost(document, lost))) joined.push(id)
      toJoin.delete(id)
    }
    await noteRescued(
      db,
      joined.map((id) => ({ collection: name, id })),
      now(),
    )
    await waiting.lookAt(ids)
    await sendAgain(name, waiting, ids)
  }

  const refusedOf = (name: CollectionName): string[] =>
    refusals
      .list()
      .filter(({ collection }) => collection === name)
      .map(({ id }) => id)

  async function sendAgain(name: CollectionName, waiting: Waiting, ids: readonly string[]): Promise<void> {
    const local = db.collections[name] as unknown as RxCollection
    for (const id of ids) {
      if (!waiting.has(id)) continue
      const document = await local.findOne(id).exec()
      // Writing it again as it is puts it back among the changes to send.
      await document?.incrementalModify((data: State) => data)
    }
  }

  function retryRefused(): void {
    link.wake()
    for (const [name, { waiting }] of parts) sendAgain(name, waiting, refusedOf(name)).catch(report)
  }

  /** Resolves true when the document is another one for it. */
  async function joinLost(document: RxDocument<State>, lost: Kept): Promise<boolean> {
    const { resolve } = document.collection.conflictHandler
    const before = bare(document.toMutableJSON() as State)
    const joined = await document.incrementalModify(async (data: State) => {
      const versions = { newDocumentState: lost.state, realMasterState: bare(data), assumedMasterState: lost.base }
      return { ...data, ...(await resolve(versions as never, 'rescue')) }
    })
    return !sameVersion(before, joined.toMutableJSON() as State)
  }

  /** Has the author gone on here from what the host kept? Then the host was only a moment behind. */
  const isLaterEdit = (waiting: Waiting, id: string, document: RxDocument<State>, lost: Kept): boolean =>
    waiting.has(id) && String(document.get('updatedAt')) >= String(lost.state.updatedAt)

  async function stopPart(name: CollectionName): Promise<Part | undefined> {
    const part = parts.get(name)
    parts.delete(name)
    part?.waiting.close()
    part?.unsubscribe()
    if (part) part.replication.state.retryTime = 10
    return part
  }

  /** Forgets what the server was known to have: everything is sent and fetched again, and merged where it differs. */
  async function restartPart(name: CollectionName): Promise<void> {
    active.add(name)
    counted.delete(name)
    if (name === 'posts') tellCopies([], true)
    const part = await stopPart(name)
    await generations.next(name)
    await part?.replication.state.remove()
    if (!closing) await startPart(name)
  }

  function pull(news: readonly string[] | 'all'): void {
    lastPullAt = now()
    for (const [name, { replication }] of parts) if (news === 'all' || news.includes(name)) replication.resync()
  }

  const linkSubscription = link.state$.subscribe(tell)
  await Promise.all(collectionNames.map(startPart))

  let dueNews: Set<string> | 'all' | null = null
  let lastNewsAt = -gatherMs
  function actOnNews(): void {
    const due = dueNews
    dueNews = null
    lastNewsAt = performance.now()
    if (due && !closing) pull(due === 'all' ? due : [...due])
  }
  const poke = createPokeLine({
    serverUrl: options.link.serverUrl,
    link,
    random,
    onConnected(isConnected) {
      connected = isConnected
      tell()
    },
    // A flush of many batches pokes many times within a moment.
    onNews(news) {
      const isFirst = dueNews === null
      dueNews = news === 'all' || dueNews === 'all' ? 'all' : new Set([...(dueNews ?? []), ...news])
      const early = lastNewsAt + gatherMs - performance.now()
      if (early <= 0) actOnNews()
      else if (isFirst) setTimeout(actOnNews, early)
    },
  })
  const timer = setInterval(() => {
    if (now() - lastPullAt >= (connected ? pollMs.live : pollMs.cut)) pull('all')
  }, 5000)

  function nudge(): void {
    link.wake()
    poke.wake()
    pull('all')
  }

  return {
    nudge,
    retryRefused,
    signIn(token: string): void {
      link.signIn(token)
      poke.wake()
      pull('all')
    },
    retell(): void {
      told = ''
      tell()
    },
    /** Has all windows ask anew what the server has. */
    reset: () => tellCopies([], true),
    /** Says of these posts what the server has. */
    look(ids: string[]): void {
      void parts.get('posts')?.waiting.lookAt(ids)
    },
    async stop(): Promise<void> {
      closing = true
      clearInterval(timer)
      poke.close()
      linkSubscription.unsubscribe()
      const stopped = await Promise.all([...parts.keys()].map(stopPart))
      link.close()
      lateTurn.resolve()
      await Promise.all(stopped.map((part) => part?.replication.state.cancel()))
      await rescue.stop()
    },
  }
}

export type Leader = Awaited<ReturnType<typeof leadSync>>
