import type { RxCollection, RxDatabase } from 'rxdb'
import type { BehaviorSubject, Observable } from 'rxjs'
import type * as Y from 'yjs'
import type { Lost } from '../../shared/collections/lost.ts'
import type { Media, MediaFacts } from '../../shared/collections/media.ts'
import type { Outcome } from '../../shared/collections/outcomes.ts'
import type { Plan, Post, Visibility } from '../../shared/collections/posts.ts'
import type { Setting } from '../../shared/collections/settings.ts'
import type { Version } from '../../shared/collections/versions.ts'
import type { MediaJobs } from '../../shared/contract/media.ts'
import type { PostState, ServerCopy } from '../../shared/domain/post-state.ts'
import type { Lack } from '../../shared/domain/unfinished.ts'
import type { MediaActions } from './media/actions.ts'
import type { ImportQueue } from './media/imports.ts'
import type { Library } from './media/library.ts'

export type StudioCollections = {
  posts: RxCollection<Post>
  media: RxCollection<Media>
  settings: RxCollection<Setting>
  outcomes: RxCollection<Outcome>
  lost: RxCollection<Lost>
  /** There once somebody has asked for it: no list waits for the histories of posts. */
  versions: RxCollection<Version>
}
export type StudioDatabase = RxDatabase<StudioCollections>

export type Problem = { code: string; message: string }
export type RefusedDocument = { collection: string; id: string } & Problem

export type SyncPhase = 'offline' | 'connecting' | 'syncing' | 'live' | 'signed-out' | 'outdated'

export type SyncStatus = {
  phase: SyncPhase
  /** Documents whose newest version the server has not acknowledged (refused ones among them). */
  waiting: number
  /** Epoch ms of the last time this device and the server agreed, or null. */
  lastSyncAt: number | null
  /** This device's clock minus the server's, ms; null until measured. */
  clockSkewMs: number | null
  problem: Problem | null
  refused: RefusedDocument[]
}

/** What came back from the host's files after this browser had lost it. */
export type Rescued = { documents: { collection: string; id: string }[]; at: string }

/** A post as lists and the calendar need it: everything but its text. */
export type LightPost = Omit<Post, 'body' | 'text' | 'images'>

/** One row of a list or the calendar; never the body. */
export type PostRow = LightPost & {
  state: PostState
  /** Path of the public page on the server, empty while there is none. */
  path: string
  /** When it was published, UTC, or empty. */
  publishedAt: string
}

export type PostFilter = {
  states?: readonly PostState[]
  tags?: readonly string[]
  visibility?: Visibility
  kind?: Post['kind']
}

export type PostFields = Partial<
  Pick<
    Post,
    'kind' | 'title' | 'summary' | 'slug' | 'tags' | 'visibility' | 'cover' | 'body' | 'text' | 'words' | 'images'
  >
>

export type PostActions = {
  /** Makes a draft and returns its id. */
  create(fields?: PostFields): Promise<string>
  /**
   * `build`, for a field that builds on itself: makes the fields anew of the post as it is when they are written; it may be
   * called more than once. Errors: `document_invalid` naming the field, `not_found`.
   */
  patch(id: string, asShown: PostFields, build?: (post: Post) => PostFields): Promise<void>
  /** Errors: `schedule_*` with a sentence when the local time does not exist or the zone is unknown. */
  schedule(id: string, wish: { local: string; zone: string; late?: Plan['late'] }): Promise<void>
  /** With everything typed until now, as all that hands a post on. Errors: `post_unfinished`. */
  publishNow(id: string): Promise<void>
  /** Back to a draft; nothing is published any more. */
  cancel(id: string): Promise<void>
  /** Brings the published page up to date with the draft. Errors: `post_unfinished`. */
  update(id: string): Promise<void>
  unpublish(id: string): Promise<void>
  /** Deletes; resolves with the way back. */
  remove(id: string): Promise<() => Promise<void>>
  /** Returns the copy's id. */
  duplicate(id: string): Promise<string>
  /** What it cannot be published without. */
  lacks(id: string): Promise<Lack[]>
  /** Resolves when everything typed until now is on disk. */
  settle(): Promise<void>
}

type Subject = 'profile' | 'publishing' | 'calendar'
export type SettingValue<S extends Subject> = NonNullable<Setting[S]>
export type SettingSubject = Subject

export type SettingActions = {
  get<S extends Subject>(subject: S): Promise<SettingValue<S>>
  patch<S extends Subject>(subject: S, fields: Partial<SettingValue<S>>): Promise<void>
}

export type LostActions = {
  /**
   * Writes the value into its document as a new edit and strikes it off the list. Resolves with the way back. Errors:
   * `not_found`, `schedule_time_invalid` for a plan whose time has passed, `body_invalid` for a damaged text.
   */
  restore(id: string): Promise<() => Promise<void>>
  /** What is in the document holds. Resolves with the way back. */
  dismiss(id: string): Promise<() => Promise<void>>
}

/** A post's text while it is open in an editor. Edits of other devices and windows appear in `doc` as they arrive. */
export type OpenBody = {
  doc: Y.Doc
  /** Writes what is not written yet; resolves when it is on disk. */
  save(): Promise<void>
  /** Saves and lets go. The document must not be edited afterwards. */
  dispose(): Promise<void>
}

export type SyncClient = {
  status$: BehaviorSubject<SyncStatus>
  /** What the server has of a post. Whoever watches has it looked up; returns the way to stop. */
  copies: { of(postId: string): ServerCopy; watch(postId: string, changed: () => void): () => void }
  /** Try now instead of at the next planned time. */
  nudge(): void
  /** Sends what was refused once more, as it is. */
  retryRefused(): void
  /** Go on after signing in again. */
  signIn(token: string): void
  stop(): Promise<void>
}

export type PostIndex = {
  /** Newest change first. A new array whenever anything in it changed, the same one otherwise. */
  rows$: BehaviorSubject<readonly PostRow[]>
  /** False until the first complete build. */
  ready$: BehaviorSubject<boolean>
  search(words: string): Promise<string[]>
}

export type PostHistory = {
  /** A post's versions, newest first, live. */
  versions$(postId: string): Observable<readonly Version[]>
  /**
   * Makes a version's words and what readers see beside them the present state, as an edit. What was there is kept as a
   * version. Resolves with the way back. The plan stays as it is, and so does the address when asked.
   * Errors: `not_found`, `body_invalid`.
   */
  restore(version: Version, options?: { keepSlug?: boolean }): Promise<() => Promise<void>>
}

/** Films, recordings and pictures: the documents, and what the host makes of them. */
export type MediaDesk = MediaActions & {
  /** Writes down what the host has taken in, and begins what belongs to it. Resolves with whether it is new here. */
  takeIn(facts: MediaFacts): Promise<boolean>
  /** Takes files in, from wherever in the studio they were handed over. */
  imports: ImportQueue
  /** All of them, live; read when it is first asked for. */
  library$(): BehaviorSubject<Library>
  /** The host's jobs. */
  jobs$: BehaviorSubject<MediaJobs>
}

export type Studio = {
  workspaceId: string
  db: StudioDatabase
  /** With the collections that are opened late; resolves when they are open. */
  wholeDb(): Promise<StudioDatabase>
  posts: PostActions
  history: PostHistory
  media: MediaDesk
  settings: SettingActions
  lost: LostActions
  /** Somebody has seen what came back. */
  forgetRescued(): Promise<void>
  index: PostIndex
  /** Errors: `not_found`. */
  openBody(postId: string): Promise<OpenBody>
  sync: SyncClient
  close(): Promise<void>
}
