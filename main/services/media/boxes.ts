import { type FileHandle, open } from 'node:fs/promises'

/** Boxes of ISO/IEC 14496-12 (MP4, QuickTime). */
type Box = { type: string; start: number; size: number }

/** A day in fragments of two seconds has fewer; a file made of nothing but heads would keep the engine busy for hours. */
const mostBoxes = 100_000

async function* topBoxes(file: FileHandle, bytes: number, signal?: AbortSignal): AsyncGenerator<Box> {
  const head = Buffer.alloc(16)
  for (let start = 0, count = 0; start + 8 <= bytes && count < mostBoxes; count++) {
    signal?.throwIfAborted()
    await file.read(head, 0, 16, start)
    const short = head.readUInt32BE(0)
    // 1: the size follows in 64 bits; 0: to the end of the file.
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? bytes - start : short
    if (size < 8) return
    yield { type: head.toString('latin1', 4, 8), start, size }
    start += size
  }
}

/** Whether an MP4 ends before its sound and pictures do. One made of fragments is whole up to its last. */
export async function isCutOff(path: string, signal?: AbortSignal): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { size: bytes } = await file.stat()
    for await (const { type, start, size } of topBoxes(file, bytes, signal)) {
      if (type === 'moof') return false
      if (type === 'mdat' && start + size > bytes) return true
    }
    return false
  } finally {
    await file.close()
  }
}

/** Whether its streams are encrypted: their protection is described within the index (ISO/IEC 14496-12, 8.12). */
export async function isProtected(path: string, signal?: AbortSignal): Promise<boolean> {
  const moov = await readMoov(path, signal)
  for (let at = moov.indexOf('sinf'); at > 0; at = moov.indexOf('sinf', at + 4))
    // The first box within names the format that is hidden.
    if (moov.toString('latin1', at + 8, at + 12) === 'frma') return true
  return false
}

/** Codecs of an MP4 by RFC 6381, e.g. `avc1.64001f,mp4a.40.2`; of what the engine makes itself, so H.264 and AAC. */
export async function codecsOf(path: string): Promise<string> {
  const moov = await readMoov(path)
  // Profile, constraints and level stand after the version of the decoder configuration (ISO/IEC 14496-15).
  const avc = moov.indexOf('avcC')
  const video = avc > 0 ? [`avc1.${moov.toString('hex', avc + 5, avc + 8)}`] : []
  return [...video, ...(moov.includes('mp4a') ? ['mp4a.40.2'] : [])].join(',')
}

/** More index than the longest film has. */
const mostMoov = 128 * 1024 * 1024

async function readMoov(path: string, signal?: AbortSignal): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    for await (const { type, start, size } of topBoxes(file, (await file.stat()).size, signal)) {
      if (type !== 'moov') continue
      const moov = Buffer.alloc(Math.min(size, mostMoov))
      await file.read(moov, 0, moov.length, start)
      return moov
    }
    return Buffer.alloc(0)
  } finally {
    await file.close()
  }
}
