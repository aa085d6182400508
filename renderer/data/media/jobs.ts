import { BehaviorSubject } from 'rxjs'
import type { Media, MediaFacts, Variant } from '../../../shared/collections/media.ts'
import type { HostClient } from '../../../shared/contract/index.ts'
import type { MediaJob, MediaJobs, Recipe } from '../../../shared/contract/media.ts'
import { filesOf } from '../../../shared/domain/playable.ts'
import { GroverError } from '../../../shared/errors.ts'
import { joinWindows } from '../sync/windows.ts'
import type { StudioDatabase } from '../types.ts'
import type { MediaActions } from './actions.ts'

type Host = Pick<HostClient, 'media' | 'blobs'>
type Options = {
  db: StudioDatabase
  host: Host
  actions: MediaActions
  locks: Pick<LockManager, 'request'> | undefined
  onError(error: unknown): void
}

/** How far into a film its first poster is taken: beginnings are often black. */
const posterPart = 0.1

/** What is made of a new film or recording without being asked: what readers play, and what the studio draws of it. */
export function firstRecipes({ kind, name, durationMs }: Pick<Media, 'kind' | 'name' | 'durationMs'>): Recipe[] {
  switch (kind) {
    case 'image':
      return []
    case 'video':
      return [
        { kind: 'poster', atMs: Math.round(durationMs * posterPart) },
        { kind: 'web', loudness: false },
        { kind: 'sprite' },
      ]
    case 'audio':
      return [
        { kind: 'waveform' },
        {
          kind: 'podcast',
          format: 'm4a',
          title: name.replace(/\.[^.]+$/, '').slice(0, 200),
          artist: '',
          chapters: [],
          cover: '',
        },
      ]
  }
}

/** Queues files for the server. Signed out they are named again after the next sign-in. */
export async function sendFiles(
  host: Pick<HostClient, 'blobs'>,
  hashes: readonly string[],
  { ifHere = false } = {},
): Promise<void> {
  try {
    await host.blobs.upload({ hashes: [...hashes], ifHere })
  } catch (error) {
    if (!(error instanceof GroverError && error.code === 'sign_in_required')) throw error
  }
}

/**
 * The host's jobs as they stand, in every window; the leading one writes down what they made. A result stays with the host
 * until it was taken, and taking one twice changes nothing, so none is lost when a window ends in between.
 */
export function followJobs({ db, host, actions, locks, onError }: Options) {
  const jobs$ = new BehaviorSubject<MediaJobs>({ jobs: [], parallel: 1, calm: false })
  const leave = new AbortController()
  let leads = false
  /** Being written down, or gone wrong: not to be taken again by this window. */
  const begun = new Set<string>()

  async function add(facts: MediaFacts, about: Partial<Pick<Media, 'alt' | 'tags'>> = {}): Promise<boolean> {
    const isNew = await actions.add(facts, about)
    if (facts.kind === 'image') await sendFiles(host, [facts.id])
    else if (isNew) for (const recipe of firstRecipes(facts)) await host.media.start({ hash: facts.id, recipe })
    return isNew
  }

  /** A film made of a moving picture is a medium of its own: it is put into posts as films are. */
  async function addFilmOf(picture: Media, { hash, type, bytes, width, height }: Variant): Promise<void> {
    const { durationMs } = await host.media.probe({ hash })
    const name = picture.name.replace(/\.[^.]+$/, '')
    await add(
      { id: hash, kind: 'video', name, type, bytes, width, height, durationMs },
      { alt: picture.alt, tags: [...picture.tags] },
    )
  }

  async function take({ id, hash, result }: MediaJob): Promise<void> {
    if (!result) return
    const source = await db.media.findOne(hash).exec()
    if ('variants' in result && source?.kind === 'image' && result.variants.some(({ role }) => role === 'mp4')) {
      for (const film of result.variants) await addFilmOf(source as Media, film)
    } else if ('variants' in result) {
      await actions.takeVariants(hash, result.variants)
      await sendFiles(host, result.variants.flatMap(filesOf))
    } else {
      await add(result.file, source ? { alt: source.alt, tags: [...source.tags] } : {})
    }
    await host.media.taken({ id })
  }

  let turn: Promise<void> = Promise.resolve()
  function takeDone(): void {
    if (!leads) return
    for (const job of jobs$.value.jobs) {
      if (job.state !== 'done' || !job.result || begun.has(job.id)) continue
      begun.add(job.id)
      turn = turn
        .then(() => take(job))
        .catch((error) => {
          if (!leave.signal.aborted) onError(error)
        })
    }
  }

  const windows = joinWindows({
    databaseName: `${db.name}-media`,
    locks,
    onError,
    onMessage: () => undefined,
  })
  windows.lead(async (signal) => {
    leads = true
    takeDone()
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    await turn
  })
  const listen = async (): Promise<void> => {
    for await (const jobs of await host.media.jobs(undefined, { signal: leave.signal })) {
      if (leave.signal.aborted) return
      jobs$.next(jobs)
      takeDone()
    }
  }
  listen().catch((error) => {
    if (!leave.signal.aborted) onError(error)
  })

  return {
    jobs$,
    /** Writes down what was imported, queues it for the server or begins what is made of it. Resolves with whether it is new. */
    add: (facts: MediaFacts) => add(facts),
    async close(): Promise<void> {
      leave.abort()
      windows.close()
      await turn
    },
  }
}
