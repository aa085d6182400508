import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { BehaviorSubject } from 'rxjs'
import type { Lost } from '../../shared/collections/lost.ts'
import type { Outcome } from '../../shared/collections/outcomes.ts'
import type { Post } from '../../shared/collections/posts.ts'
import type { MediaJobs } from '../../shared/contract/media.ts'
import type { ServerCopy } from '../../shared/domain/post-state.ts'
import type { Imports } from './media/imports.ts'
import type { Library } from './media/library.ts'
import { selectRows } from './posts/select-rows.ts'
import type { OpenedStudio } from './studio.ts'
import type { PostFilter, PostRow, Rescued, SettingSubject, SettingValue, Studio, SyncStatus } from './types.ts'

const StudioContext = createContext<OpenedStudio | null>(null)

export function StudioProvider({ studio, children }: { studio: Studio; children: ReactNode }) {
  return <StudioContext value={studio as OpenedStudio}>{children}</StudioContext>
}

export function useStudio(): Studio {
  return useOpened()
}

function useOpened(): OpenedStudio {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('There is no StudioProvider above.')
  return studio
}

/** The value of a subject, live, or what is picked of it. */
function useValue<T>(subject: BehaviorSubject<T>): T
function useValue<T, P>(subject: BehaviorSubject<T>, pick: (value: T) => P): P
function useValue<T>(subject: BehaviorSubject<T>, pick: (value: T) => unknown = (value) => value): unknown {
  const subscribe = useMemo(
    () => (changed: () => void) => {
      const subscription = subject.subscribe(changed)
      return () => subscription.unsubscribe()
    },
    [subject],
  )
  return useSyncExternalStore(subscribe, () => pick(subject.value))
}

/** How sync stands. With `pick` only a change of what it picks, a plain value, is heard of: much changes with every edit. */
export function useSyncStatus(): SyncStatus
export function useSyncStatus<T extends string | number | boolean | null>(pick: (status: SyncStatus) => T): T
export function useSyncStatus(pick: (status: SyncStatus) => unknown = (status) => status): unknown {
  return useValue(useOpened().sync.status$, pick)
}

/** What merges could not keep, on any device; newest first. */
export const useLost = (): readonly Lost[] => useValue(useOpened().lost$)

/** What the host gave back after this browser had lost it, until somebody has seen it. */
export const useRescued = (): Rescued => useValue(useOpened().rescued$)

/** Every medium of this device, live. */
export const useLibrary = (): Library => useValue(useOpened().media.library$())

/** The files that are being taken in, and what became of the others. */
export const useImports = (): Imports => useValue(useOpened().media.imports.state$)

/** What the host makes of media, live. */
export const useMediaJobs = (): MediaJobs => useValue(useOpened().media.jobs$)

/** The whole post, live: undefined while it is read, null when there is none. */
export function usePost(id: string): Post | null | undefined {
  const { db } = useOpened()
  const [found, setFound] = useState<{ id: string; post: Post | null } | null>(null)
  useEffect(() => {
    const subscription = db.posts
      .findOne(id)
      .$.subscribe((document) => setFound({ id, post: (document?.toMutableJSON() as Post | undefined) ?? null }))
    return () => subscription.unsubscribe()
  }, [db, id])
  return found?.id === id ? found.post : undefined
}

/** What became of a post on the server, live; null while the server has not said anything. */
export function useOutcome(id: string): Outcome | null {
  const { light } = useOpened()
  const subscribe = useMemo(
    () => (changed: () => void) => {
      const subscription = light.outcomes$.subscribe((each) => each === id && changed())
      // What was read at the start is not told one by one.
      const ready = light.ready$.subscribe(changed)
      return () => {
        subscription.unsubscribe()
        ready.unsubscribe()
      }
    },
    [light, id],
  )
  return useSyncExternalStore(subscribe, () => light.outcome(id))
}

/** What the server has of a post, live. */
export function useServerCopy(id: string): ServerCopy {
  const { copies } = useOpened().sync
  const subscribe = useMemo(() => (changed: () => void) => copies.watch(id, changed), [copies, id])
  return useSyncExternalStore(subscribe, () => copies.of(id))
}

/** Rows of posts, newest change first; with `search` those that it finds, best first. */
export function usePosts({ filter, search = '' }: { filter?: PostFilter; search?: string } = {}): readonly PostRow[] {
  const { light, index } = useOpened()
  const rows = useValue(light.rows$)
  const words = search.trim()
  const [found, setFound] = useState<{ words: string; ids: readonly string[] } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that changed may be found by other words now
  useEffect(() => {
    if (!words) return setFound(null)
    let isStale = false
    index.search(words).then(
      (ids) => !isStale && setFound({ words, ids }),
      (error: unknown) => reportError(error),
    )
    return () => {
      isStale = true
    }
  }, [index, words, rows])
  // A filter is often written in place: what it says decides, not which object says it.
  const key = JSON.stringify(filter ?? {})
  return useMemo(
    () => selectRows(rows, JSON.parse(key) as PostFilter, words && found ? found.ids : null),
    [rows, key, words, found],
  )
}

/** Rows whose time lies in [from, to), instants in UTC: published ones by when that was, others by when they are planned. */
export function usePostsBetween(fromUtc: string, toUtc: string): readonly PostRow[] {
  const rows = useValue(useOpened().light.rows$)
  return useMemo(
    () =>
      rows.filter((row) => {
        const at = momentOf(row)
        return at !== '' && at >= fromUtc && at < toUtc
      }),
    [rows, fromUtc, toUtc],
  )
}

const momentOf = ({ state, publishedAt, plan }: PostRow): string =>
  publishedAt !== '' && (state === 'published' || state === 'changed' || state === 'withdrawn') ? publishedAt : plan.at

/** Posts whose time has passed unpublished: the author says what becomes of them. */
export function useAwaitingAnswer(): readonly PostRow[] {
  const rows = useValue(useOpened().light.rows$)
  return useMemo(() => rows.filter((row) => row.state === 'late'), [rows])
}

/** A group of settings, whole: what was never chosen has its default. */
export function useSetting<S extends SettingSubject>(subject: S): SettingValue<S> {
  return useValue(useOpened().allSettings$)[subject]
}
