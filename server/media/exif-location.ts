/**
 * Whether EXIF data names a place: a GPS directory (tag 0x8825) with anything in it but its version.
 * Layout: EXIF 2.32 §4.6; the data may begin with `Exif\0\0`. What cannot be read counts as naming one: it is safer to
 * refuse a damaged picture than to publish somebody's home.
 */
export function hasExifLocation(exif: Uint8Array): boolean {
  const data = Buffer.from(exif.buffer, exif.byteOffset, exif.byteLength)
  const tiff = data.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? data.subarray(6) : data
  try {
    return readsLocation(tiff)
  } catch {
    return true
  }
}

const gpsTag = 0x8825
const gpsVersionTag = 0

function readsLocation(tiff: Buffer): boolean {
  const order = tiff.subarray(0, 2).toString('latin1')
  if (order !== 'II' && order !== 'MM') return true
  const little = order === 'II'
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  const entries = (at: number) =>
    Array.from({ length: u16(at) }, (_, i) => ({ tag: u16(at + 2 + 12 * i), value: u32(at + 2 + 12 * i + 8) }))
  const gps = entries(u32(4)).find((entry) => entry.tag === gpsTag)
  return gps !== undefined && entries(gps.value).some((entry) => entry.tag !== gpsVersionTag)
}

/** XMP says it in words: `exif:GPSLatitude`, and IPTC's `LocationCreated`. */
export const hasXmpLocation = (xmp: string): boolean => /GPS(Latitude|Longitude|Dest\w+)|LocationCreated/.test(xmp)
