import type { RxStorage } from 'rxdb'
import { BehaviorSubject } from 'rxjs'
import type { Lost } from '../../shared/collections/lost.ts'
import type { HostClient } from '../../shared/contract/index.ts'
import { openDatabase } from './database.ts'
import { dexieStorage } from './dexie-storage.ts'
import { openLost } from './lost.ts'
import { createMediaActions } from './media/actions.ts'
import { createImports } from './media/imports.ts'
import { followJobs, sendFiles } from './media/jobs.ts'
import { openLibrary } from './media/library.ts'
import { notStored, sendWithNetwork } from './media/not-stored.ts'
import { createPostActions } from './posts/actions.ts'
import { createJournal, type JournalStore } from './posts/journal.ts'
import { type LightIndex, openLightIndex } from './posts/light-index.ts'
import { createBodies } from './posts/open-body.ts'
import { createRecorder, type Recorder } from './posts/recorder.ts'
import { recoverJournal } from './posts/recover.ts'
import { createRestore } from './posts/restore.ts'
import { createRestoreText } from './posts/restore-text.ts'
import { browserSnapshots, type Snapshots } from './posts/snapshots.ts'
import type { Sealing } from './sealing/index.ts'
import { databaseOf } from './sealing/names.ts'
import { createLocalSearch } from './search/local-search.ts'
import { type AllSettings, openSettings } from './settings.ts'
import { startSync } from './sync/index.ts'
import { watchMeta } from './sync/meta-watch.ts'
import { forgetRescued, watchRescued } from './sync/rescued.ts'
import type { Rescued, Studio } from './types.ts'

export type OpenStudioOptions = {
  session: { token: string; name: string; workspaceId: string }
  info: { serverUrl: string }
  host: Pick<HostClient, 'rescue' | 'media' | 'blobs'>
  /** What this device is called in the history of a post. */
  deviceName: string
  /** Under which key everything is kept; null where it is kept in the open. */
  sealing?: Sealing | null
}

/** What the browser gives and tests replace. */
export type Surroundings = {
  databaseName: string
  storage: RxStorage<unknown, unknown>
  multiInstance: boolean
  locks: Pick<LockManager, 'request'> | undefined
  memory: JournalStore | null
  snapshots: Snapshots
  fetch: typeof globalThis.fetch | undefined
  now(): number
  random(): number
  onError(error: unknown): void
}

/** The hooks need a little more than features do. */
export type OpenedStudio = Studio & {
  light: LightIndex
  recorder: Recorder
  allSettings$: Awaited<ReturnType<typeof openSettings>>['all$']
  lost$: BehaviorSubject<readonly Lost[]>
  rescued$: BehaviorSubject<Rescued>
}
export type { AllSettings }

const browser = (workspaceId: string, sealing: Sealing | null): Surroundings => ({
  databaseName: databaseOf(workspaceId),
  storage: dexieStorage(),
  multiInstance: true,
  locks: globalThis.navigator?.locks,
  memory: localStorageOrNull(),
  snapshots: browserSnapshots(workspaceId, sealing?.sealer ?? null),
  fetch: undefined,
  now: Date.now,
  random: Math.random,
  onError: (error) => (globalThis.reportError ?? console.error)(error),
})

/** Reading the property itself fails where storage is forbidden. */
function localStorageOrNull(): JournalStore | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}

/** Opens everything an author's work needs on this device. Nothing here waits for a network. */
export async function openStudio(
  { session, info, host, deviceName, sealing = null }: OpenStudioOptions,
  replaced: Partial<Surroundings> = {},
): Promise<OpenedStudio> {
  const { workspaceId } = session
  const around: Surroundings = { ...browser(workspaceId, sealing), ...replaced }
  const { now, random, onError, memory } = around
  const watched = watchMeta(sealing ? sealing.storage(around.storage, onError) : around.storage)
  const { db, versions } = await openDatabase({
    name: around.databaseName,
    storage: watched.storage,
    ownerName: session.name,
    onConflict: (mine) => recorder.conflict(mine),
    now,
    multiInstance: around.multiInstance,
  })
  const recorder = createRecorder({
    db,
    versions,
    device: deviceName,
    now,
    aheadMs: () => sync.status$.value.clockSkewMs,
    onError,
  })
  const journal = createJournal({ store: memory, workspaceId, sealer: sealing?.sealer ?? null })
  await recoverJournal(db, journal, now, onError)
  const light = openLightIndex({ db, snapshots: around.snapshots, now, onError })
  const settings = await openSettings({ db, ownerName: session.name, now })
  const bodies = createBodies({ db, journal, now, onChanged: recorder.changed, onLeft: recorder.left, onError })
  const posts = createPostActions({
    db,
    settings: settings.actions,
    journal,
    saveTexts: bodies.saveAll,
    onChanged: recorder.changed,
    onHandedOn: recorder.handedOn,
    now,
  })
  const restoreText = createRestoreText({ db, posts, recorder, openBody: bodies.openBody })
  const lost = openLost({ db, posts, settings: settings.actions, restoreText, now, onError })
  const mediaActions = createMediaActions({ db, now })
  const jobs = followJobs({ db, host, actions: mediaActions, locks: around.locks, onError })
  let library: ReturnType<typeof openLibrary> | undefined
  const rescued$ = new BehaviorSubject<Rescued>({ documents: [], at: '' })
  const leaveRescued = watchRescued(db, (rescued) => rescued$.next(rescued))
  const search = createLocalSearch({ db, index: light, onError })
  const sync = startSync({
    db,
    openLate: versions,
    watched,
    workspaceId,
    host,
    link: {
      serverUrl: info.serverUrl,
      token: session.token,
      now,
      random,
      ...(around.fetch ? { fetch: around.fetch } : {}),
    },
    locks: around.locks,
    memory,
    after: light.loaded,
    now,
    random,
  })

  const leaveNetwork = sendWithNetwork({
    status$: sync.status$,
    send: async () => sendFiles(host, await notStored(db, await settings.actions.get('profile')), { ifHere: true }),
    onError,
  })

  return {
    workspaceId,
    db,
    wholeDb: async () => {
      await versions()
      return db
    },
    posts,
    history: {
      versions$: recorder.versions$,
      restore: createRestore({ db, posts, restoreText }),
    },
    media: {
      ...mediaActions,
      takeIn: jobs.add,
      imports: createImports({ fetch: (...wish) => globalThis.fetch(...wish), takeIn: jobs.add }),
      library$() {
        library ??= openLibrary({ db, onError })
        return library.library$
      },
      jobs$: jobs.jobs$,
    },
    settings: settings.actions,
    lost: lost.actions,
    forgetRescued: () => forgetRescued(db),
    index: { rows$: light.rows$, ready$: light.ready$, search: search.search },
    openBody: bodies.openBody,
    sync,
    light,
    recorder,
    allSettings$: settings.all$,
    lost$: lost.all$,
    rescued$,
    async close() {
      await bodies.saveAll()
      await recorder.close()
      leaveNetwork()
      await Promise.all([sync.stop(), jobs.close()])
      library?.close()
      search.close()
      leaveRescued()
      lost.close()
      light.close()
      settings.close()
      await db.close()
    },
  }
}
