import { BehaviorSubject } from 'rxjs'
import type { SyncClient, SyncStatus } from '../types.ts'
import { type Leader, type LeaderOptions, leadSync } from './leader.ts'
import { isFromServer } from './meta-watch.ts'
import { createServerCopies } from './server-copies.ts'
import { joinWindows } from './windows.ts'

type Options = Omit<LeaderOptions, 'onStatus' | 'onCopies' | 'lastSyncAt'> & {
  locks?: Pick<LockManager, 'request'> | undefined
  /** Keeps a little over restarts; the browser's localStorage. */
  memory: Pick<Storage, 'getItem' | 'setItem'> | null
  /** What comes first: sync takes the disk and the processor for itself, and the person looks at the list. */
  after: Promise<unknown>
}

/** Sync as any window sees it: one of them leads, all know how it stands. */
export function startSync({ memory, locks, after, ...options }: Options): SyncClient {
  const { workspaceId } = options
  const memoryKey = `grover:last-sync:${workspaceId}`
  const remembered = Number(memory?.getItem(memoryKey)) || null
  const status$ = new BehaviorSubject<SyncStatus>({
    phase: 'connecting',
    waiting: 0,
    lastSyncAt: remembered,
    clockSkewMs: null,
    problem: null,
    refused: [],
  })
  let leader: Leader | null = null
  /** To the minute: each write waits for the disk. */
  let rememberedMinute = Math.floor((remembered ?? 0) / 60_000)
  const remember = (at: number | null): void => {
    const minute = Math.floor((at ?? 0) / 60_000)
    if (minute === rememberedMinute) return
    rememberedMinute = minute
    memory?.setItem(memoryKey, String(at))
  }
  let token = options.link.token
  let stopped = false

  const copies = createServerCopies((ids) => {
    if (leader) leader.look(ids)
    else windows.send({ kind: 'look', ids })
  })
  const edits = options.db.posts.storageInstance.changeStream().subscribe(({ context, events }) => {
    for (const { documentId: id, documentData, operation } of events)
      if (isFromServer(context)) copies.received(id, documentData.updatedAt)
      else copies.edited(id, documentData.updatedAt, operation === 'INSERT')
  })
  const adopt = (status: SyncStatus): void => {
    if (!stopped) status$.next(status)
  }
  const windows = joinWindows({
    databaseName: options.db.name,
    locks,
    onError(error) {
      const message = error instanceof Error ? error.message : String(error)
      adopt({ ...status$.value, phase: 'offline', problem: { code: 'internal', message } })
    },
    onMessage(message) {
      switch (message.kind) {
        case 'status':
          return adopt(message.status)
        case 'copies':
          return copies.take(message.news)
        case 'look':
          return leader?.look(message.ids)
        case 'hello':
          return leader?.retell()
        case 'nudge':
          return leader?.nudge()
        case 'retry':
          return leader?.retryRefused()
        case 'token':
          token = message.token
          return leader?.signIn(message.token)
      }
    },
  })
  windows.send({ kind: 'hello' })

  let led: Promise<void> = Promise.resolve()
  windows.lead((signal) => {
    led = (async () => {
      await after
      if (signal.aborted) return
      leader = await leadSync({
        ...options,
        link: { ...options.link, token },
        lastSyncAt: status$.value.lastSyncAt,
        onStatus(status) {
          remember(status.lastSyncAt)
          adopt(status)
          windows.send({ kind: 'status', status })
        },
        onCopies(news) {
          copies.take(news)
          windows.send({ kind: 'copies', news })
        },
      })
      // What the other windows asked meanwhile came to nobody.
      leader.reset()
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      await leader.stop()
      leader = null
    })()
    return led
  })

  const nudge = (): void => {
    if (leader) leader.nudge()
    else windows.send({ kind: 'nudge' })
  }
  const onVisible = (): void => {
    if (globalThis.document?.visibilityState === 'visible') nudge()
  }
  // `offline` too: the attempt that fails says so, and on a server of this same machine it does not fail.
  for (const event of ['online', 'offline']) globalThis.window?.addEventListener(event, nudge)
  globalThis.document?.addEventListener('visibilitychange', onVisible)

  return {
    status$,
    copies,
    nudge,
    retryRefused() {
      if (leader) leader.retryRefused()
      else windows.send({ kind: 'retry' })
    },
    signIn(next) {
      token = next
      leader?.signIn(next)
      windows.send({ kind: 'token', token: next })
    },
    async stop() {
      if (stopped) return
      stopped = true
      for (const event of ['online', 'offline']) globalThis.window?.removeEventListener(event, nudge)
      globalThis.document?.removeEventListener('visibilitychange', onVisible)
      windows.close()
      edits.unsubscribe()
      copies.close()
      // What went wrong was said when it did.
      await led.catch(() => {})
      status$.complete()
    },
  }
}
