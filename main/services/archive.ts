import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../shared/errors.ts'
import type { Blobs } from './blobs.ts'
import { asStorageFull, isMissing } from './files.ts'
import { createQueue } from './queue.ts'
import { createZipWriter } from './zip-writer.ts'

type Open = {
  id: string
  home: string
  name: string
  draft: string
  file: FileHandle
  zip: ReturnType<typeof createZipWriter>
}

/** An earlier export may hold what has been deleted since: it keeps its name, and the new one gets the next. */
async function freePath(home: string, name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const path = join(home, n === 1 ? `${name}.zip` : `${name}-${n}.zip`)
    try {
      await stat(path)
    } catch (error) {
      if (isMissing(error)) return path
      throw error
    }
  }
}

/** Writes a creator's archive: one at a time, beside its place, and into it only when it is whole. */
export function createArchive({ folder, blobs }: { folder: () => string; blobs: Pick<Blobs, 'read'> }) {
  const inTurn = createQueue()
  let current: Open | undefined

  const find = (id: string): Open =>
    current?.id === id ? current : fail('not_found', 'This export was stopped. Start it again.')

  async function discard(): Promise<void> {
    const { file, draft } = current ?? {}
    current = undefined
    await file?.close()
    if (draft) await rm(draft, { force: true })
  }
  /** A zip that could not be written is of no use to anybody. One that was replaced has no say about the one that came. */
  const writing = <T>(id: string, work: (zip: Open) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      const found = find(id)
      try {
        return await work(found)
      } catch (error) {
        await discard()
        return asStorageFull(error)
      }
    })

  return {
    open: ({ name }: { name: string }) =>
      inTurn(async () => {
        await discard()
        const home = folder()
        const draft = join(home, `${name}.zip.part`)
        await mkdir(home, { recursive: true })
        const file = await open(draft, 'w', 0o600)
        const zip = createZipWriter(async (bytes) => {
          await file.writeFile(bytes)
        })
        current = { id: randomUUID(), home, name, draft, file, zip }
        return { id: current.id }
      }).catch(asStorageFull),
    add: ({ id, files }: { id: string; files: { path: string; text: string }[] }) =>
      writing(id, async ({ zip }) => {
        for (const { path, text } of files) await zip.add(path, Buffer.from(text))
      }),
    addPictures: ({ id, hashes }: { id: string; hashes: string[] }) =>
      writing(id, async ({ zip }) => {
        let added = 0
        for (const hash of hashes) {
          const blob = await blobs.read(hash)
          if (!blob) continue
          await zip.add(`media/${hash}.${blob.type.slice('image/'.length)}`, blob.bytes, { store: true })
          added++
        }
        return { added }
      }),
    finish: ({ id }: { id: string }) =>
      writing(id, async ({ zip, file, draft, home, name }) => {
        await zip.finish()
        await file.sync()
        await file.close()
        const path = await freePath(home, name)
        await rename(draft, path)
        current = undefined
        return { path, bytes: zip.bytes() }
      }),
    discard: ({ id }: { id: string }) =>
      inTurn(async () => {
        if (current?.id === id) await discard()
      }),
  }
}

export type Archive = ReturnType<typeof createArchive>
