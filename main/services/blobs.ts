import { createHash } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportedImage } from '../../shared/contract/blobs.ts'
import { refuseTooLarge } from '../../shared/contract/largest-picture.ts'
import { fail } from '../../shared/errors.ts'
import { isMissing, writeAtomic } from './files.ts'
import { type ImageType, imageType, prepareImage } from './images.ts'

export type StoredBlob = { bytes: Buffer; type: ImageType }

/** Pictures by the sha256 of their bytes: what is stored under a name never changes, so nothing is ever overwritten. */
export type Blobs = {
  importImage(name: string, data: Blob): Promise<ImportedImage>
  /** As it is, from an archive. Errors: `hash_mismatch`, `media_type_unsupported`, `too_large`. */
  keep(hash: string, data: Blob): Promise<void>
  /** From this device, else from the server (and then kept); undefined when neither has it. */
  read(hash: string): Promise<StoredBlob | undefined>
  /** From this device alone. */
  readLocal(hash: string): Promise<StoredBlob | undefined>
  size(hash: string): Promise<number | undefined>
}

/** Fetches a picture that another device has uploaded; undefined when the server cannot give it now. */
export type FetchBlob = (hash: string) => Promise<Uint8Array | undefined>

export const isHash = (text: string) => /^[0-9a-f]{64}$/.test(text)
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export function createBlobs({ folder, fetchBlob }: { folder: string; fetchBlob: FetchBlob }): Blobs {
  /** Two letters of the hash as a folder: a million files in one folder is slow on some systems. */
  const pathOf = (hash: string) => {
    if (!isHash(hash)) fail('not_found', 'There is no such picture.')
    return join(folder, hash.slice(0, 2), hash)
  }

  async function keep(bytes: Uint8Array): Promise<string> {
    const hash = hashOf(bytes)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if ((await size(hash)) !== bytes.length) await writeAtomic(pathOf(hash), bytes)
    return hash
  }

  async function size(hash: string): Promise<number | undefined> {
    try {
      return (await stat(pathOf(hash))).size
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async function readLocal(hash: string): Promise<StoredBlob | undefined> {
    try {
      const bytes = await readFile(pathOf(hash))
      const type = imageType(bytes)
      return type && { bytes, type }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  return {
    size,
    readLocal,
    async importImage(name, data) {
      // Asked before the bytes are read into memory.
      refuseTooLarge(data)
      const image = await prepareImage(new Uint8Array(await data.arrayBuffer()))
      const hash = await keep(image.data)
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
      await keep(bytes)
    },
    async read(hash) {
      const local = await readLocal(hash)
      if (local) return local
      const bytes = await fetchBlob(hash)
      if (!bytes || hashOf(bytes) !== hash || !imageType(bytes)) return undefined
      await keep(bytes)
      return readLocal(hash)
    },
  }
}

/** The last part of a path, without signs that a list could show wrongly: a name is for people, never for the disk. */
const plainName = (name: string) =>
  (name.split(/[\\/]/).pop() ?? '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, 255) || 'picture'
