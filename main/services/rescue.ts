import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { maxDocumentBytes } from '../../shared/collections/collection.ts'
import { RescuedDocument } from '../../shared/contract/rescue.ts'
import { fail } from '../../shared/errors.ts'
import type { Encryption } from './encryption.ts'
import { isMissing, setAside, writeAtomic } from './files.ts'
import type { Log } from './log.ts'
import { createQueue } from './queue.ts'
import { seal, unseal } from './seal.ts'

/** A mirror in files of what the server does not have yet; sealed where the workspace is encrypted on this device. */
export type Rescue = {
  keep(documents: RescuedDocument[]): Promise<void>
  release(of: { workspaceId: string; collection: string; ids: string[] }): Promise<void>
  list(of: { workspaceId: string }): Promise<RescuedDocument[]>
  /** Writes every file anew that is not in the form which now holds; it can be interrupted and run again. */
  reform(of: { workspaceId: string }): Promise<void>
  discard(of: { workspaceId: string }): Promise<void>
}

/** A little over the largest document the server takes, for the envelope. */
const largestFile = maxDocumentBytes + 10_000
/** Room for everything kept, in bytes: far more than a person writes between two connections. */
const mostBytes = 2_000_000_000

export function createRescue(options: {
  folder: string
  encryption: Pick<Encryption, 'state' | 'key'>
  log: Log
  mostBytes?: number
  now?: () => number
}): Rescue {
  const { folder, encryption, log, now = Date.now } = options
  const room = options.mostBytes ?? mostBytes
  const inTurn = createQueue()
  let used: number | undefined

  const pathOf = (workspaceId: string, collection: string, id: string) =>
    join(folder, safeName(workspaceId), safeName(collection), `${safeName(id)}.json`)

  /** Null where files are plain. Errors: `studio_locked`, `key_unavailable`: then nothing is written in the open. */
  const sealingKey = async (workspaceId: string): Promise<Buffer | null> =>
    (await encryption.state({ workspaceId })).is === 'off' ? null : encryption.key({ workspaceId })

  const toText = (document: RescuedDocument, key: Buffer | null): string => {
    const text = JSON.stringify(document)
    return key ? JSON.stringify({ sealed: seal(text, `rescue:${document.workspaceId}`, key) }) : text
  }

  /** Every readable document of a workspace with its file. What cannot be read is set aside. */
  async function readAll(workspaceId: string) {
    let key: Promise<Buffer> | undefined
    const found: { path: string; isSealed: boolean; document: RescuedDocument }[] = []
    for (const path of await jsonFiles(join(folder, safeName(workspaceId)))) {
      const text = await readFile(path, 'utf8')
      const isSealed = text.startsWith('{"sealed":')
      // Outside of the attempt: a key that is not to be had now says nothing against the file.
      if (isSealed) key ??= encryption.key({ workspaceId })
      const opening = isSealed ? await key : null
      try {
        const plain = opening
          ? unseal((JSON.parse(text) as { sealed: string }).sealed, `rescue:${workspaceId}`, opening)
          : text
        const document = Value.Parse(RescuedDocument, JSON.parse(plain))
        if (document.workspaceId === workspaceId) found.push({ path, isSealed, document })
      } catch (error) {
        log(`A kept document could not be read and was set aside as ${await setAside(path, now())}.`, error)
      }
    }
    return found
  }

  return {
    keep: (documents) =>
      inTurn(async () => {
        const keys = new Map<string, Buffer | null>()
        for (const { workspaceId } of documents)
          if (!keys.has(workspaceId)) keys.set(workspaceId, await sealingKey(workspaceId))
        const files = documents.map((document) => ({
          path: pathOf(document.workspaceId, document.collection, document.id),
          text: toText(document, keys.get(document.workspaceId) ?? null),
        }))
        if (documents.some((document) => Buffer.byteLength(JSON.stringify(document)) > largestFile))
          fail('document_too_large', `A document has more than ${maxDocumentBytes / 1e6} MB, so it could not be kept.`)
        used ??= await sizeOf(folder)
        for (const { path, text } of files) {
          const bytes = Buffer.byteLength(text)
          const before = await fileSize(path)
          if (used + bytes - before > room)
            fail(
              'storage_full',
              'Too much is waiting for the server to be kept a second time. Connect to let it through.',
            )
          await writeAtomic(path, text)
          used += bytes - before
        }
      }),
    release: ({ workspaceId, collection, ids }) =>
      inTurn(async () => {
        for (const id of ids) {
          const path = pathOf(workspaceId, collection, id)
          if (used !== undefined) used -= await fileSize(path)
          await rm(path, { force: true })
        }
      }),
    list: ({ workspaceId }) => inTurn(async () => (await readAll(workspaceId)).map(({ document }) => document)),
    reform: ({ workspaceId }) =>
      inTurn(async () => {
        const key = await sealingKey(workspaceId)
        for (const { path, isSealed, document } of await readAll(workspaceId))
          if (isSealed !== (key !== null)) await writeAtomic(path, toText(document, key))
        used = undefined
      }),
    discard: ({ workspaceId }) =>
      inTurn(async () => {
        await rm(join(folder, safeName(workspaceId)), { recursive: true, force: true })
        used = undefined
      }),
  }
}

/**
 * A file name for any id: readable in front, and a digest behind that tells apart what some disks take for the same
 * (`a` and `A`), is never a reserved word, and cannot lead out of the folder.
 */
export const safeName = (id: string) =>
  `${id.replace(/[^0-9A-Za-z_-]/g, '_').slice(0, 40)}.${createHash('sha256').update(id).digest('hex').slice(0, 16)}`

async function jsonFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
      .map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

async function sizeOf(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let bytes = 0
  for (const path of await jsonFiles(folder)) bytes += await fileSize(path)
  return bytes
}
