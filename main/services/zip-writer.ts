import { Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js'

/** When a file changed is said inside it; zips of the same documents are the same. */
const lastModDate = new Date(1980, 0, 1)

/** Writes a zip through `write`, which is given its bytes in order. */
export function createZipWriter(write: (bytes: Uint8Array) => Promise<void>) {
  let bytes = 0
  const sink = new WritableStream<Uint8Array>({
    async write(chunk) {
      await write(chunk)
      bytes += chunk.length
    },
  })
  const zip = new ZipWriter(sink, { useWebWorkers: false, extendedTimestamp: false, lastModDate })

  return {
    /** `store`: what does not get smaller, such as pictures. */
    async add(path: string, data: Uint8Array, { store = false } = {}): Promise<void> {
      await zip.add(path, new Uint8ArrayReader(data), store ? { level: 0 } : {})
    },
    async finish(): Promise<void> {
      await zip.close()
    },
    bytes: () => bytes,
  }
}
