import { Value } from 'typebox/value'
import { type Collection, maxDocumentBytes } from '../../../shared/collections/collection.ts'
import { type CollectionName, collectionNames, collections } from '../../../shared/collections/index.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { HostClient } from '../../../shared/contract/index.ts'
import { largestPicture } from '../../../shared/contract/largest-picture.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import { fail, GroverError } from '../../../shared/errors.ts'
import { bare, sameVersion } from '../conflicts.ts'
import { sendFiles } from '../media/jobs.ts'
import type { StudioDatabase } from '../types.ts'
import { type Manifest, manifestPath, readManifest } from './format.ts'
import { openZip, type Zip } from './zip-reader.ts'

type Options = {
  db: StudioDatabase
  host: Pick<HostClient, 'blobs'>
  file: Blob
  signal: AbortSignal
  onProgress(done: { documents: number; of: number }): void
}
export type Imported = {
  added: number
  merged: number
  same: number
  /** Values that a merge could not keep: they are set aside. */
  setAside: number
  pictures: number
  /** What could not be taken in, by its path. */
  refused: { path: string; code: string; message: string }[]
}

/**
 * Brings an archive in. A document that is not here is added, one that is here is merged by the rules of sync, and what
 * both have and cannot be kept is set aside. Nothing is published by it: what is added is a draft, and what is here keeps
 * its plan. Errors: `archive_invalid`, `archive_unsafe`, `archive_too_large`, `archive_version`; nothing was written then.
 */
export async function importArchive({ db, host, file, signal, onProgress }: Options): Promise<Imported> {
  const zip = await openZip(file)
  const manifest = await manifestOf(zip)
  const documents = zip.entries.flatMap(({ path }) => {
    const [, name, id] = /^documents\/([a-z_]+)\/([^/]+)\.json$/.exec(path) ?? []
    const collection = collectionNames.find((each) => each === name)
    return collection && id && collections[collection].owner === 'device' ? [{ path, collection, id }] : []
  })
  const lostBefore = await db.lost.count().exec()
  const result: Imported = { added: 0, merged: 0, same: 0, setAside: 0, pictures: 0, refused: [] }
  const attempt = async (path: string, work: () => Promise<void>): Promise<void> => {
    signal.throwIfAborted()
    try {
      await work()
    } catch (error) {
      if (!(error instanceof GroverError)) throw error
      result.refused.push({ path, code: error.code, message: error.message })
    }
  }

  for (const [index, { path, collection, id }] of documents.entries()) {
    await attempt(path, async () => {
      const state = readDocument(await zip.read(path, maxDocumentBytes), collection, id, manifest)
      result[await takeIn(db, collection, state)]++
    })
    if (index % 50 === 49) onProgress({ documents: index + 1, of: documents.length })
  }
  const kept: string[] = []
  for (const { path } of zip.entries) {
    const hash = /^media\/([0-9a-f]{64})\.[a-z]+$/.exec(path)?.[1]
    if (!hash) continue
    await attempt(path, async () => {
      await host.blobs.keep({ hash, data: new Blob([await zip.read(path, largestPicture)]) })
      kept.push(hash)
    })
  }
  await sendFiles(host, kept, { ifHere: true })
  result.pictures = kept.length
  result.setAside = Math.max(0, (await db.lost.count().exec()) - lostBefore)
  return result
}

async function manifestOf(zip: Zip): Promise<Manifest> {
  if (!zip.has(manifestPath)) fail('archive_invalid', 'This zip is no archive of the studio.')
  const manifest = readManifest(new TextDecoder().decode(await zip.read(manifestPath, 100_000)))
  for (const name of collectionNames)
    if ((manifest.schemas[name] ?? 0) > collections[name].version)
      fail('archive_version', 'This archive was written by a newer studio.')
  return manifest
}

/** One document, brought to the present version and checked. Errors: `document_invalid`. */
function readDocument(bytes: Uint8Array, name: CollectionName, id: string, { schemas }: Manifest): State {
  const collection: Collection = collections[name]
  let state: State
  try {
    state = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as State
    for (let version = schemas[name] ?? 0; version < collection.version; version++)
      state = collection.migrations[version + 1]!(state) as State
  } catch {
    return fail('document_invalid', 'This file is no document of the studio.')
  }
  if (!Value.Check(collection.schema, state) || state.id !== id)
    fail('document_invalid', 'This file is no document of the studio.')
  return state
}

async function takeIn(db: StudioDatabase, name: CollectionName, state: State): Promise<'added' | 'merged' | 'same'> {
  const collection = db.collections[name] as StudioDatabase['posts']
  const document = await collection.findOne(String(state.id)).exec()
  if (!document) {
    await collection.insert((name === 'posts' ? asDraft(state as Post) : state) as Post)
    return 'added'
  }
  const before = bare(document.toMutableJSON() as unknown as State)
  const mine = name === 'posts' ? withPlanOf(before as Post, state as Post) : state
  if (sameVersion(before, mine)) return 'same'
  const after = await document.incrementalModify(async (data) => {
    const realMasterState = bare(data as unknown as State)
    const merged = await collection.conflictHandler.resolve(
      { newDocumentState: { ...mine, _deleted: false }, realMasterState, assumedMasterState: undefined } as never,
      'archive',
    )
    // A new time of change alone would make a published post look edited.
    return sameContent(realMasterState, merged as unknown as State) ? data : { ...data, ...merged }
  })
  return sameVersion(before, after.toMutableJSON() as unknown as State) ? 'same' : 'merged'
}

/** But for the time of change, and the order of what is a set: without a base nobody's order holds. */
const sameContent = (a: State, b: State): boolean => sameVersion(orderless(a), orderless(b))
const orderless = (state: State): State => ({
  ...Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value]),
  ),
  updatedAt: '',
})

/** The plan keeps its id: where the server still knows this post, its own plan is the later one. */
const asDraft = (post: Post): Post => ({
  ...post,
  plan: { ...post.plan, mode: 'draft', local: '', zone: '', at: '' },
  release: '',
  withdrawn: '',
})

const withPlanOf = ({ plan, release, withdrawn }: Post, post: Post): State => ({ ...post, plan, release, withdrawn })
