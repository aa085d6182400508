import type { Post } from '../../../shared/collections/posts.ts'
import type { LightIndex, Text } from '../posts/light-index.ts'
import { readSince } from '../posts/read-since.ts'
import type { StudioDatabase } from '../types.ts'
import { openSearchDesk, type SearchDesk } from './desk.ts'

const pageSize = 200

type Options = {
  db: StudioDatabase
  index: LightIndex
  onError(error: unknown): void
  openDesk?: () => Promise<SearchDesk>
}

const textOf = ({ id, title, summary, tags, text }: Text): Text => ({ id, title, summary, tags, text })

/**
 * Search over the posts of this device, built when it is first asked for. Titles, summaries and tags answer at once; the
 * texts follow in pages, and the rows are told when they are in, so that an open search is asked again.
 */
export function createLocalSearch({ db, index, onError, openDesk = openSearchDesk }: Options) {
  let desk: Promise<SearchDesk> | null = null
  let closed = false
  let finish: () => void = () => {}
  const complete = new Promise<void>((resolve) => {
    finish = resolve
  })

  async function open(): Promise<SearchDesk> {
    const opened = await openDesk()
    await index.loaded
    opened.put(index.rows$.value.map(({ id, title, summary, tags }) => ({ id, title, summary, tags, text: '' })))
    // Before the texts are read, so that no change falls between reading and following.
    index.text$.subscribe((change) =>
      typeof change === 'string' ? opened.remove(change) : opened.put([textOf(change)]),
    )
    void readTexts(opened).then(finish, onError)
    return opened
  }

  async function readTexts(opened: SearchDesk): Promise<void> {
    for await (const { documents } of readSince(db.posts.storageInstance, null, pageSize)) {
      if (closed) return
      opened.put(documents.filter((post) => !post._deleted).map((post) => textOf(post as unknown as Post)))
    }
    index.touch()
  }

  return {
    async search(words: string): Promise<string[]> {
      desk ??= open()
      return (await desk).search(words)
    },
    /** Resolves when all texts are in; for tests and measurements. */
    complete,
    close(): void {
      closed = true
      void desk?.then((opened) => opened.close())
    },
  }
}
