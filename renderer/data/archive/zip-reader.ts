import {
  BlobReader,
  ERR_UNSAFE_FILENAME,
  type FileEntry,
  Uint8ArrayWriter,
  ZipReader,
} from '@zip.js/zip.js/lib/zip-core-native.js'
import { fail, GroverError } from '../../../shared/errors.ts'

/** One file of a zip, with its declared sizes in bytes. */
export type ZipEntry = { path: string; bytes: number }

const mostEntries = 500_000
/** All files of an archive unfolded. */
const mostBytes = 20_000_000_000

/**
 * Reads a zip of unknown origin. Names and sizes are checked before anything is unfolded, and nothing unfolds to more than
 * it declared. Errors: `archive_invalid`, `archive_unsafe`, `archive_too_large`.
 */
export async function openZip(file: Blob) {
  const byPath = await readDirectory(file).catch(named)
  return {
    entries: [...byPath.values()].map(
      ({ filename, uncompressedSize }): ZipEntry => ({
        path: filename,
        bytes: uncompressedSize,
      }),
    ),
    has: (path: string): boolean => byPath.has(path),
    /** Errors: `archive_invalid`, `archive_too_large` where it is longer than `most` bytes. */
    async read(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
      const entry = byPath.get(path) ?? fail('archive_invalid', `“${path}” is not in this zip.`)
      const bytes = entry.uncompressedSize
      if (bytes > most) fail('archive_too_large', `“${path}” has ${bytes} bytes; at most ${most} are read.`)
      return await entry.getData(new Uint8ArrayWriter(), { checkCrc32: true }).catch(named)
    },
  }
}

export type Zip = Awaited<ReturnType<typeof openZip>>

async function readDirectory(file: Blob): Promise<Map<string, FileEntry>> {
  const byPath = new Map<string, FileEntry>()
  let count = 0
  let bytes = 0
  for await (const entry of new ZipReader(new BlobReader(file), {
    useWebWorkers: false,
    strictness: 'strict',
  }).getEntriesGenerator()) {
    if (++count > mostEntries) fail('archive_too_large', 'This zip has more files than the studio would ever write.')
    bytes += entry.uncompressedSize
    if (bytes > mostBytes) fail('archive_too_large', `This zip unfolds to more than ${mostBytes / 1e9} GB.`)
    if (!isPlain(entry.filename)) unsafe(entry.filename)
    if (!entry.directory) byPath.set(entry.filename, entry)
  }
  return byPath
}

/** What the reader itself lets pass: signs that mean something to one system or another. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const isPlain = (path: string): boolean => !/[\\\u0000-\u001f:]/.test(path)

const unsafe = (path: string) => fail('archive_unsafe', `This zip has a file whose name leads out of it: “${path}”.`)

function named(error: Error & { filename?: string }): never {
  if (error instanceof GroverError) throw error
  if (error.message === ERR_UNSAFE_FILENAME) unsafe(error.filename ?? '')
  return fail('archive_invalid', 'This zip is damaged, or no zip at all.')
}
