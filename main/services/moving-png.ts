/** Chunks of a PNG (https://www.w3.org/TR/png-3/): length, name, content, checksum. */
function* chunks(bytes: Buffer): Generator<{ name: string; start: number; end: number }> {
  for (let start = 8; start + 12 <= bytes.length; ) {
    const end = start + 12 + bytes.readUInt32BE(start)
    if (end > bytes.length) return
    yield { name: bytes.toString('latin1', start + 4, start + 8), start, end }
    start = end
  }
}

/** Whether a PNG moves: it says so before its first picture. */
export function isMovingPng(png: Uint8Array): boolean {
  for (const { name } of chunks(asBuffer(png))) {
    if (name === 'acTL') return true
    if (name === 'IDAT') return false
  }
  return false
}

/** How many pictures it says it has. */
export function framesOf(png: Uint8Array): number {
  const bytes = asBuffer(png)
  for (const { name, start } of chunks(bytes)) if (name === 'acTL') return bytes.readUInt32BE(start + 8)
  return 1
}

const shown = new Set(['IHDR', 'PLTE', 'tRNS', 'sRGB', 'gAMA', 'cHRM', 'acTL', 'fcTL', 'IDAT', 'fdAT', 'IEND'])

/** The same without anything but pictures: no text, no place, no device, nothing behind its end. */
export function barePng(png: Uint8Array): Buffer {
  const bytes = asBuffer(png)
  const parts = [bytes.subarray(0, 8)]
  for (const { name, start, end } of chunks(bytes)) {
    if (shown.has(name)) parts.push(bytes.subarray(start, end))
    if (name === 'IEND') break
  }
  return Buffer.concat(parts)
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
