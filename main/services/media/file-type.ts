import { open } from 'node:fs/promises'
import { type FileType, sniffBytes, sniffType } from '../../../shared/domain/media-type.ts'

/** The type of the file at `path` by its first bytes, and its size in bytes. */
export async function typeOfFile(path: string): Promise<{ bytes: number; type: FileType | null }> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(sniffBytes)
    const { bytesRead } = await file.read(head, 0, sniffBytes, 0)
    return { bytes: (await file.stat()).size, type: sniffType(head.subarray(0, bytesRead)) }
  } finally {
    await file.close()
  }
}
