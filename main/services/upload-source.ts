import { join } from 'node:path'
import { isMissing } from './files.ts'
import { typeOfFile } from './media/file-type.ts'

/** A file of this device, ready to be sent. */
export type UploadSource = { path: string; bytes: number; type: string }
export type FindSource = (hash: string) => Promise<UploadSource | undefined>

/** Of what is here and has no signature that is known: the server says what it takes. */
const unknownType = 'application/octet-stream'

/** Finds files in the studio's content-addressed folder; undefined for what is not here. */
export const createFindSource =
  (folder: string): FindSource =>
  async (hash) => {
    const path = join(folder, hash.slice(0, 2), hash)
    try {
      const { bytes, type } = await typeOfFile(path)
      return { path, bytes, type: type ?? unknownType }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }
