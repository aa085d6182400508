import { fail } from '../../../shared/errors.ts'

/** One file of a zip, with its declared sizes in bytes. */
export type ZipEntry = { path: string; bytes: number }
type Placed = ZipEntry & { packed: number; crc: number; method: number; at: number }

const mostEntries = 500_000
const mostDirectoryBytes = 200_000_000
/** All files of an archive unfolded. */
const mostBytes = 20_000_000_000

const damaged = () => fail('archive_invalid', 'This zip is damaged, or no zip at all.')

/**
 * Reads a zip (PKWARE APPNOTE 6.3.10) of unknown origin. Names and sizes are checked before anything is unfolded, and
 * nothing unfolds to more than it declared. Errors: `archive_invalid`, `archive_unsafe`, `archive_too_large`.
 */
export async function openZip(file: Blob) {
  const view = async (from: number, to: number): Promise<DataView> => {
    if (from < 0 || to > file.size || from > to) return damaged()
    return new DataView(await file.slice(from, to).arrayBuffer())
  }
  const { at, size, count } = await findDirectory(file.size, view)
  if (count > mostEntries || size > mostDirectoryBytes)
    fail('archive_too_large', 'This zip has more files than the studio would ever write.')
  const entries = readDirectory(await view(at, at + size), count)
  if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > mostBytes)
    fail('archive_too_large', `This zip unfolds to more than ${mostBytes / 1e9} GB.`)
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  if (byPath.size !== entries.length) fail('archive_unsafe', 'This zip has two files of one name.')

  return {
    entries: entries as readonly ZipEntry[],
    has: (path: string): boolean => byPath.has(path),
    /** Errors: `archive_invalid`, `archive_too_large` where it is longer than `most` bytes. */
    async read(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
      const entry = byPath.get(path) ?? damaged()
      if (entry.bytes > most) fail('archive_too_large', `“${path}” has ${entry.bytes} bytes; at most ${most} are read.`)
      const head = await view(entry.at, entry.at + 30)
      if (head.getUint32(0, true) !== 0x04034b50) return damaged()
      const from = entry.at + 30 + head.getUint16(26, true) + head.getUint16(28, true)
      if (from + entry.packed > file.size) return damaged()
      const packed = file.slice(from, from + entry.packed)
      const bytes = await unfold(packed, entry)
      if (crc32(bytes) !== entry.crc) return damaged()
      return bytes
    },
  }
}

export type Zip = Awaited<ReturnType<typeof openZip>>

type View = (from: number, to: number) => Promise<DataView>

async function findDirectory(length: number, view: View) {
  // The end record has 22 bytes and at most 65,535 of a comment behind it.
  const from = Math.max(0, length - 22 - 0xffff)
  const tail = await view(from, length)
  for (let i = tail.byteLength - 22; i >= 0; i--) {
    if (tail.getUint32(i, true) !== 0x06054b50) continue
    const far = await farDirectory(from + i, view)
    if (far) return far
    return {
      count: tail.getUint16(i + 10, true),
      size: tail.getUint32(i + 12, true),
      at: tail.getUint32(i + 16, true),
    }
  }
  return damaged()
}

/** What Zip64 says instead, where it is there. */
async function farDirectory(endAt: number, view: View) {
  if (endAt < 20) return null
  const locator = await view(endAt - 20, endAt)
  if (locator.getUint32(0, true) !== 0x07064b50) return null
  const at = Number(locator.getBigUint64(8, true))
  const end = await view(at, at + 56)
  if (end.getUint32(0, true) !== 0x06064b50) return damaged()
  const long = (offset: number) => Number(end.getBigUint64(offset, true))
  return { count: long(32), size: long(40), at: long(48) }
}

function readDirectory(directory: DataView, count: number): Placed[] {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const entries: Placed[] = []
  let i = 0
  for (let n = 0; n < count; n++) {
    if (i + 46 > directory.byteLength || directory.getUint32(i, true) !== 0x02014b50) return damaged()
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => directory.getUint16(i + at, true)) as [
      number,
      number,
      number,
    ]
    const next = i + 46 + nameLength + extraLength + commentLength
    if (next > directory.byteLength) return damaged()
    const method = directory.getUint16(i + 10, true)
    const isLocked = (directory.getUint16(i + 8, true) & 1) === 1
    if (isLocked || (method !== 0 && method !== 8)) return damaged()
    let path: string
    try {
      path = decoder.decode(new Uint8Array(directory.buffer, directory.byteOffset + i + 46, nameLength))
    } catch {
      return damaged()
    }
    const entry: Placed = {
      path,
      method,
      crc: directory.getUint32(i + 16, true),
      packed: directory.getUint32(i + 20, true),
      bytes: directory.getUint32(i + 24, true),
      at: farOffset(directory, i + 46 + nameLength, extraLength) ?? directory.getUint32(i + 42, true),
    }
    if (!isInside(path)) fail('archive_unsafe', `This zip has a file whose name leads out of it: “${path}”.`)
    if (!path.endsWith('/')) entries.push(entry)
    i = next
  }
  return entries
}

/** Our own zips need it for the offset alone: no file in them has 4 GB. */
function farOffset(directory: DataView, from: number, length: number): number | null {
  for (let i = from; i + 4 <= from + length; ) {
    const size = directory.getUint16(i + 2, true)
    if (directory.getUint16(i, true) === 1 && size === 8 && i + 12 <= from + length)
      return Number(directory.getBigUint64(i + 4, true))
    i += 4 + size
  }
  return null
}

/** A name that stays in the folder it is unpacked to, on every system. */
const isInside = (path: string): boolean =>
  path !== '' &&
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  !/[\\\u0000-\u001f:]/.test(path) &&
  !path.startsWith('/') &&
  !path.split('/').some((part) => part === '..' || part === '.')

async function unfold(packed: Blob, { method, bytes }: Placed): Promise<Uint8Array<ArrayBuffer>> {
  const stream =
    method === 0 ? packed.stream() : packed.stream().pipeThrough(new DecompressionStream('deflate-raw') as never)
  const whole = new Uint8Array(bytes)
  let filled = 0
  const reader = (stream as ReadableStream<Uint8Array>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (filled + value.length > bytes) fail('archive_too_large', 'A file in this zip is longer than it says.')
      whole.set(value, filled)
      filled += value.length
    }
  } catch (error) {
    await reader.cancel().catch(() => {})
    if (error instanceof Error && error.name === 'GroverError') throw error
    return damaged()
  }
  return filled === bytes ? whole : damaged()
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}
