import { BehaviorSubject } from 'rxjs'
import type { MediaFacts } from '../../../shared/collections/media.ts'
import { type Imported, importHeaders, importPath } from '../../../shared/contract/media.ts'
import { newId } from '../../../shared/domain/id.ts'
import { GroverError, isErrorBody } from '../../../shared/errors.ts'

/** A file that was chosen, and what became of it. `known`: its bytes were here before. */
export type ImportItem = {
  id: string
  name: string
  bytes: number
  state: 'waiting' | 'running' | 'done' | 'known' | 'failed' | 'cancelled'
  mediaId: string
  error: unknown
}
export type Imports = { items: readonly ImportItem[] }

export type ImportQueue = {
  state$: BehaviorSubject<Imports>
  /** Takes files in, a few at a time; resolves with what each became when all are through. Never rejects. */
  add(files: readonly File[]): Promise<ImportItem[]>
  /** Drops what waits and what is on its way. */
  cancel(): void
  /** Forgets what has come to an end. */
  clear(): void
}

type Options = {
  fetch: typeof globalThis.fetch
  /** Writes down what the host has taken in. Resolves with whether it is new in the library. */
  takeIn(facts: MediaFacts): Promise<boolean>
}

/** How many files are on their way at a time: more is no faster, and the studio would have nothing left for its person. */
const parallel = 3
const tellAfterMs = 250

/** The files a person hands over, from any window's drop, paste or picker, and how far they have come. */
export function createImports({ fetch, takeIn }: Options): ImportQueue {
  const state$ = new BehaviorSubject<Imports>({ items: [] })
  let items: ImportItem[] = []
  const waiting: { item: ImportItem; file: File; ended: () => void }[] = []
  const running = new Set<AbortController>()
  let isTelling = false

  function tell(): void {
    if (isTelling) return
    isTelling = true
    setTimeout(() => {
      isTelling = false
      state$.next({ items: items.map((item) => ({ ...item })) })
    }, tellAfterMs)
  }

  async function send(file: File, signal: AbortSignal): Promise<Imported> {
    const answer = await fetch(importPath, {
      method: 'POST',
      headers: { ...importHeaders(file.name), 'content-type': 'application/octet-stream' },
      body: file,
      signal,
    })
    if (answer.ok) return (await answer.json()) as Imported
    const body: unknown = await answer.json().catch(() => null)
    if (isErrorBody(body)) throw new GroverError(body.code, body.message)
    throw new GroverError('unavailable', 'The studio could not take this file in. Try again.')
  }

  async function run(item: ImportItem, file: File): Promise<void> {
    const leave = new AbortController()
    running.add(leave)
    item.state = 'running'
    tell()
    try {
      const { known: _, ...facts } = await send(file, leave.signal)
      item.mediaId = facts.id
      item.state = (await takeIn(facts)) ? 'done' : 'known'
    } catch (error) {
      item.error = error
      item.state = leave.signal.aborted ? 'cancelled' : 'failed'
    } finally {
      running.delete(leave)
      tell()
    }
  }

  function next(): void {
    while (running.size < parallel) {
      const turn = waiting.shift()
      if (!turn) return
      void run(turn.item, turn.file).then(() => {
        turn.ended()
        next()
      })
    }
  }

  return {
    state$,
    async add(files) {
      const added = files.map(
        (file): ImportItem => ({
          id: newId(),
          name: file.name,
          bytes: file.size,
          state: 'waiting',
          mediaId: '',
          error: null,
        }),
      )
      items = [...items, ...added]
      const all = added.map((item, at) => new Promise<void>((ended) => waiting.push({ item, file: files[at]!, ended })))
      tell()
      next()
      await Promise.all(all)
      return added
    },
    cancel() {
      for (const { item, ended } of waiting.splice(0)) {
        item.state = 'cancelled'
        ended()
      }
      for (const each of running) each.abort()
      tell()
    },
    clear() {
      items = items.filter(({ state }) => state === 'waiting' || state === 'running')
      tell()
    },
  }
}
