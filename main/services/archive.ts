import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../shared/errors.ts'
import type { Blobs } from './blobs.ts'
import { asStorageFull } from './files.ts'
import { createQueue } from './queue.ts'
import { createZipWriter } from './zip-writer.ts'

type Open = { id: string; path: string; draft: string; file: FileHandle; zip: ReturnType<typeof createZipWriter> }

/** Writes a creator's archive: one at a time, beside its place, and into it only when it is whole. */
export function createArchive({ folder, blobs }: { folder: () => string; blobs: Pick<Blobs, 'readLocal'> }) {
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
  /** A zip that could not be written is of no use to anybody. */
  const writing = <T>(work: () => Promise<T>): Promise<T> =>
    inTurn(async () => {
      try {
        return await work()
      } catch (error) {
        if (current) await discard()
        return asStorageFull(error)
      }
    })

  return {
    open: ({ name }: { name: string }) =>
      writing(async () => {
        await discard()
        const home = folder()
        await mkdir(home, { recursive: true })
        const path = join(home, `${name}.zip`)
        const draft = `${path}.part`
        const file = await open(draft, 'w', 0o600)
        const zip = createZipWriter(async (bytes) => {
          await file.writeFile(bytes)
        })
        current = { id: randomUUID(), path, draft, file, zip }
        return { id: current.id }
      }),
    add: ({ id, files }: { id: string; files: { path: string; text: string }[] }) =>
      writing(async () => {
        const { zip } = find(id)
        for (const { path, text } of files) await zip.add(path, Buffer.from(text))
      }),
    addPictures: ({ id, hashes }: { id: string; hashes: string[] }) =>
      writing(async () => {
        const { zip } = find(id)
        let added = 0
        for (const hash of hashes) {
          const blob = await blobs.readLocal(hash)
          if (!blob) continue
          await zip.add(`media/${hash}.${blob.type.slice('image/'.length)}`, blob.bytes, { store: true })
          added++
        }
        return { added }
      }),
    finish: ({ id }: { id: string }) =>
      writing(async () => {
        const { zip, file, draft, path } = find(id)
        await zip.finish()
        await file.sync()
        await file.close()
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
