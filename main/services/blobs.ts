import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ImportedImage } from '../../shared/contract/blobs.ts'
import { refuseTooLarge } from '../../shared/contract/largest-picture.ts'
import type { FileType } from '../../shared/domain/media-type.ts'
import { fail } from '../../shared/errors.ts'
import { asStorageFull, isMissing, writeAtomic } from './files.ts'
import { type ImageType, imageType, prepareImage } from './images.ts'
import { typeOfFile } from './media/file-type.ts'

export type StoredBlob = { bytes: Buffer; type: ImageType }
/** Where it lies, for who reads it piece by piece; `type` by its first bytes. */
export type StoredFile = { path: string; bytes: number; type: FileType }

/** Files by the sha256 of their bytes: what is stored under a name never changes, so nothing is ever overwritten. */
export type Blobs = {
  importImage(name: string, data: Blob): Promise<ImportedImage>
  /** As it is, from an archive. Errors: `hash_mismatch`, `media_type_unsupported`, `too_large`. */
  keep(hash: string, data: Blob): Promise<void>
  /** A picture from this device, else from the server (and then kept); undefined when neither has it. */
  read(hash: string): Promise<StoredBlob | undefined>
  /** A picture from this device alone. */
  readLocal(hash: string): Promise<StoredBlob | undefined>
  /** Of any size; one that is not on this device is asked of the server, if it is a picture. */
  find(hash: string): Promise<StoredFile | undefined>
  findLocal(hash: string): Promise<StoredFile | undefined>
  size(hash: string): Promise<number | undefined>
  /** Keeps these bytes; `known`: they were here before. Errors: `storage_full`. */
  add(bytes: Uint8Array): Promise<{ hash: string; known: boolean }>
  /** Takes over a whole file of this folder's file system, whose sha256 is known. Errors: `storage_full`. */
  adopt(path: string, hash: string): Promise<{ known: boolean }>
  /** A new name in this file system, for a file that may be adopted. */
  draftPath(): Promise<string>
}

/** Fetches a picture that another device has uploaded; undefined when the server cannot give it now. */
export type FetchBlob = (hash: string) => Promise<Uint8Array | undefined>

export const isHash = (text: string) => /^[0-9a-f]{64}$/.test(text)
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export function createBlobs({ folder, fetchBlob }: { folder: string; fetchBlob: FetchBlob }): Blobs {
  const drafts = join(folder, 'drafts')
  // What a studio that was killed had begun. What cannot be removed now is in nobody's way, and goes at another start.
  const cleaned = rm(drafts, { recursive: true, force: true }).catch(() => {})

  /** Two letters of the hash as a folder: a million files in one folder is slow on some systems. */
  const pathOf = (hash: string) => {
    if (!isHash(hash)) fail('not_found', 'There is no such file.')
    return join(folder, hash.slice(0, 2), hash)
  }

  async function add(bytes: Uint8Array) {
    const hash = hashOf(bytes)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const known = (await size(hash)) === bytes.length
    if (!known) await writeAtomic(pathOf(hash), bytes)
    return { hash, known }
  }

  async function size(hash: string): Promise<number | undefined> {
    try {
      return (await stat(pathOf(hash))).size
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async function findLocal(hash: string): Promise<StoredFile | undefined> {
    const path = pathOf(hash)
    try {
      const { bytes, type } = await typeOfFile(path)
      return type ? { path, bytes, type } : undefined
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async function readLocal(hash: string): Promise<StoredBlob | undefined> {
    const found = await findLocal(hash)
    if (!found?.type.startsWith('image/')) return undefined
    const bytes = await readFile(found.path)
    const type = imageType(bytes)
    return type && { bytes, type }
  }

  async function read(hash: string): Promise<StoredBlob | undefined> {
    const local = await readLocal(hash)
    if (local) return local
    const bytes = await fetchBlob(hash)
    if (!bytes || hashOf(bytes) !== hash || !imageType(bytes)) return undefined
    await add(bytes)
    return readLocal(hash)
  }

  return {
    size,
    add,
    read,
    readLocal,
    findLocal,
    async find(hash) {
      const local = await findLocal(hash)
      if (local) return local
      return (await read(hash)) && findLocal(hash)
    },
    async importImage(name, data) {
      // Asked before the bytes are read into memory.
      refuseTooLarge(data)
      const image = await prepareImage(new Uint8Array(await data.arrayBuffer()))
      const { hash } = await add(image.data)
      return {
        hash,
        name: plainName(name),
        type: image.type,
        bytes: image.data.length,
        width: image.width,
        height: image.height,
      }
    },
    async keep(hash, data) {
      refuseTooLarge(data)
      const bytes = new Uint8Array(await data.arrayBuffer())
      if (hashOf(bytes) !== hash) fail('hash_mismatch', 'This picture is not the one that its name says.')
      if (!imageType(bytes)) fail('media_type_unsupported', 'This is not a picture that can be published.')
      await add(bytes)
    },
    async adopt(path, hash) {
      const { size: bytes } = await stat(path)
      if ((await size(hash)) === bytes) {
        await rm(path)
        return { known: true }
      }
      try {
        const file = await open(path, 'r+')
        try {
          await file.chmod(0o600)
          await file.sync()
        } finally {
          await file.close()
        }
        await mkdir(dirname(pathOf(hash)), { recursive: true, mode: 0o700 })
        await rename(path, pathOf(hash))
        await flushFolder(dirname(pathOf(hash)))
      } catch (error) {
        await rm(path, { force: true })
        asStorageFull(error)
      }
      return { known: false }
    },
    async draftPath() {
      await cleaned
      await mkdir(drafts, { recursive: true, mode: 0o700 }).catch(asStorageFull)
      return join(drafts, randomBytes(12).toString('hex'))
    },
  }
}

/** So that a name, too, outlives a power cut. Windows does not open folders, and needs no such thing. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The last part of a path, without signs that a list could show wrongly: a name is for people, never for the disk. */
export const plainName = (name: string, otherwise = 'picture') =>
  (name.split(/[\\/]/).pop() ?? '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, 255)
    .toWellFormed() || otherwise
