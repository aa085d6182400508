import { type CollectionName, collectionNames, collections } from '../../../shared/collections/index.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { HostClient } from '../../../shared/contract/index.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import { toMarkdown } from '../../../shared/domain/richtext/markdown.ts'
import { slugFrom } from '../../../shared/domain/slug.ts'
import { loadRichText } from '../posts/open-body.ts'
import type { StudioDatabase } from '../types.ts'
import { archiveVersion, documentPath, type Manifest, manifestPath } from './format.ts'

type Options = {
  db: StudioDatabase
  host: Pick<HostClient, 'archive'>
  workspaceId: string
  name: string
  now(): number
  signal: AbortSignal
  onProgress(done: { documents: number; pictures: number }): void
}
/** `missing`: pictures that neither this device nor the server could give. */
export type Exported = { path: string; bytes: number; documents: number; pictures: number; missing: number }

const page = 200
const batchLength = 4_000_000
/** Each may have to come from the server. */
const pictureBatch = 5

/**
 * Everything on this device as a zip, written by the host: posts to read, every document to bring in again, and the
 * pictures, from the server where they are not here. Errors: `storage_full`.
 */
export async function exportAll({ db, host, workspaceId, name, now, signal, onProgress }: Options): Promise<Exported> {
  const richText = await loadRichText()
  const { id } = await host.archive.open({ name })
  const done = { documents: 0, pictures: 0 }
  /** Ending of each picture's file. */
  const types = new Map<string, string>()
  for await (const { id: hash, type } of documentsOf(db, 'media'))
    types.set(String(hash), `.${String(type).slice('image/'.length)}`)
  const hashes = new Set(types.keys())
  const names = new Set<string>()
  let files: { path: string; text: string }[] = []
  let length = 0

  const flush = async (): Promise<void> => {
    signal.throwIfAborted()
    if (files.length > 0) await host.archive.add({ id, files })
    files = []
    length = 0
    onProgress(done)
  }
  const put = async (path: string, text: string): Promise<void> => {
    files.push({ path, text })
    length += text.length
    if (files.length >= page || length >= batchLength) await flush()
  }

  try {
    await put(manifestPath, JSON.stringify(manifest(workspaceId, now()), null, 2))
    for (const collection of collectionNames)
      for await (const document of documentsOf(db, collection)) {
        await put(documentPath(collection, String(document.id)), JSON.stringify(document, null, 2))
        done.documents++
        if (collection !== 'posts') continue
        const post = document as unknown as Post
        for (const hash of post.images) hashes.add(hash)
        await put(readablePath(post, names), readable(post, richText, types))
      }
    await flush()
    const all = [...hashes]
    for (let i = 0; i < all.length; i += pictureBatch) {
      signal.throwIfAborted()
      done.pictures += (await host.archive.addPictures({ id, hashes: all.slice(i, i + pictureBatch) })).added
      onProgress(done)
    }
    signal.throwIfAborted()
    return { ...(await host.archive.finish({ id })), ...done, missing: hashes.size - done.pictures }
  } catch (error) {
    await host.archive.discard({ id })
    throw error
  }
}

const manifest = (workspaceId: string, now: number): Manifest => ({
  format: 'grover-archive',
  version: archiveVersion,
  exportedAt: new Date(now).toISOString(),
  workspaceId,
  schemas: Object.fromEntries(collectionNames.map((name) => [name, collections[name].version])),
})

/** In pages by id, so that ten thousand posts are never in memory together. */
async function* documentsOf(db: StudioDatabase, name: CollectionName): AsyncGenerator<State> {
  const collection = db.collections[name] as StudioDatabase['posts']
  for (let after = ''; ; ) {
    const found = await collection.find({ selector: { id: { $gt: after } }, sort: [{ id: 'asc' }], limit: page }).exec()
    for (const document of found) yield document.toMutableJSON() as State
    if (found.length < page) return
    after = found.at(-1)!.id
  }
}

/** `posts/2026-03-29-salt-weighed.md`: by day and name, of signs that every system takes; told apart where two are the same. */
function readablePath({ createdAt, slug, title }: Post, taken: Set<string>): string {
  const day = /^\d{4}-\d\d-\d\d/.exec(createdAt)?.[0] ?? 'undated'
  const stem = `posts/${day}-${slugFrom(slug || title) || 'post'}`
  let path = `${stem}.md`
  for (let n = 2; taken.has(path); n++) path = `${stem}-${n}.md`
  taken.add(path)
  return path
}

function readable(
  post: Post,
  { readBody }: Awaited<ReturnType<typeof loadRichText>>,
  types: ReadonlyMap<string, string>,
): string {
  const { id, title, summary, kind, slug, tags, visibility, cover, plan, createdAt, updatedAt } = post
  const planned = plan.mode === 'schedule' ? { planned: plan.local, zone: plan.zone } : {}
  const facts = { id, title, summary, kind, slug, tags, visibility, cover, ...planned, createdAt, updatedAt }
  // JSON is YAML.
  const head = Object.entries(facts).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  return `---\n${head.join('\n')}\n---\n\n${textOf()}`

  function textOf(): string {
    try {
      return toMarkdown(readBody(post.body).json, (hash) => `../media/${hash}${types.get(hash) ?? ''}`)
    } catch {
      // A damaged text is in the document beside it, as it is; here is what was last read of it.
      return `${post.text}\n`
    }
  }
}
