import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)

/** From here on a number does not fit into its field and stands in a Zip64 record. */
const max16 = 0xffff
const max32 = 0xffffffff
/** UTF-8 names. */
const flags = 0x0800
/** DOS date and time of 1980-01-01: when a file changed is said inside it. */
const [dosTime, dosDate] = [0, 0x21]

/**
 * Writes a zip (PKWARE APPNOTE 6.3.10) through `write`, which is given its bytes in order. Entries may be as large as
 * memory holds; the zip itself and the number of entries have no limit.
 */
export function createZipWriter(write: (bytes: Uint8Array) => Promise<void>) {
  const directory: Buffer[] = []
  let offset = 0
  const put = async (bytes: Uint8Array): Promise<void> => {
    await write(bytes)
    offset += bytes.length
  }

  return {
    /** `store`: what does not get smaller, such as pictures. */
    async add(path: string, data: Uint8Array, { store = false } = {}): Promise<void> {
      const name = Buffer.from(path)
      const packed = store ? data : await deflate(data)
      const facts = Buffer.alloc(26)
      facts.writeUInt16LE(45, 0)
      facts.writeUInt16LE(flags, 2)
      facts.writeUInt16LE(store ? 0 : 8, 4)
      facts.writeUInt16LE(dosTime, 6)
      facts.writeUInt16LE(dosDate, 8)
      facts.writeUInt32LE(crc32(data), 10)
      facts.writeUInt32LE(packed.length, 14)
      facts.writeUInt32LE(data.length, 18)
      facts.writeUInt16LE(name.length, 22)

      const at = offset
      const isFar = at >= max32
      const extra = Buffer.alloc(isFar ? 12 : 0)
      if (isFar) {
        extra.writeUInt16LE(1, 0)
        extra.writeUInt16LE(8, 2)
        extra.writeBigUInt64LE(BigInt(at), 4)
      }
      const entry = Buffer.alloc(46)
      entry.writeUInt32LE(0x02014b50, 0)
      entry.writeUInt16LE(45, 4)
      facts.copy(entry, 6)
      entry.writeUInt16LE(extra.length, 30)
      entry.writeUInt32LE(isFar ? max32 : at, 42)
      directory.push(entry, name, extra)

      await put(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, name]))
      await put(packed)
    },

    async finish(): Promise<void> {
      const at = offset
      const count = directory.length / 3
      await put(Buffer.concat(directory))
      const size = offset - at
      if (count >= max16 || at >= max32 || size >= max32) {
        const end = Buffer.alloc(76)
        const zip64At = offset
        end.writeUInt32LE(0x06064b50, 0)
        end.writeBigUInt64LE(44n, 4)
        end.writeUInt16LE(45, 12)
        end.writeUInt16LE(45, 14)
        end.writeBigUInt64LE(BigInt(count), 24)
        end.writeBigUInt64LE(BigInt(count), 32)
        end.writeBigUInt64LE(BigInt(size), 40)
        end.writeBigUInt64LE(BigInt(at), 48)
        end.writeUInt32LE(0x07064b50, 56)
        end.writeBigUInt64LE(BigInt(zip64At), 64)
        end.writeUInt32LE(1, 72)
        await put(end)
      }
      const end = Buffer.alloc(22)
      end.writeUInt32LE(0x06054b50, 0)
      end.writeUInt16LE(Math.min(count, max16), 8)
      end.writeUInt16LE(Math.min(count, max16), 10)
      end.writeUInt32LE(Math.min(size, max32), 12)
      end.writeUInt32LE(Math.min(at, max32), 16)
      await put(end)
    },

    bytes: () => offset,
  }
}
