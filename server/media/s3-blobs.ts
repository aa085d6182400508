import { createReadStream } from 'node:fs'
import { access, constants, mkdir, rm, stat } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { S3Client } from '@aws-sdk/client-s3'
import { fail } from '../../shared/errors.ts'
import { type BlobStore, type ByteRange, checkKey } from './blob-store.ts'
import { cleanFolder } from './clean-folder.ts'

export type S3Options = {
  /** Of a service other than Amazon's; empty: Amazon's, by region. */
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
}

/** The object that says whose the bucket is. */
export const bucketMarker = 'grover-ready'

/** The installation that such an object names; null: none. */
export const ownerIn = (text: string): string | null => /installation (\S+)/.exec(text)?.[1] ?? null

/** Of one part of a large object; three are on their way at a time. */
const partBytes = 16 * 1024 * 1024

/** A bucket in which another installation removes what it does not know. */
export class BucketTaken extends Error {}

const isMissing = (error: unknown) => ['NoSuchKey', 'NotFound'].includes((error as Error).name)

/**
 * Blobs as objects of an S3-compatible bucket. Files still arriving lie in `incomingDir` on this machine. An upload that
 * was cut off leaves parts that no object shows: let the bucket expire incomplete multipart uploads. A service that says
 * nothing for `silenceMs` is given up. `installation`: whose files are added and removed here; null: it is only read.
 */
export function createS3Blobs(
  options: S3Options,
  {
    incomingDir,
    installation,
    silenceMs = 30_000,
  }: { incomingDir: string; installation: string | null; silenceMs?: number },
): BlobStore {
  const { bucket: Bucket } = options
  type Connected = { sdk: typeof import('@aws-sdk/client-s3'); client: S3Client; reader: S3Client }
  let connected: Promise<Connected> | undefined
  // Its libraries are large: loaded when the store is first used.
  const s3 = () => {
    connected ??= import('@aws-sdk/client-s3').then((sdk) => {
      const connect = (maxSockets: number, silence: object) =>
        new sdk.S3Client({
          region: options.region,
          ...(options.endpoint ? { endpoint: options.endpoint, forcePathStyle: true } : {}),
          credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
          // What is stored is checked by its own sha256; not every service knows Amazon's newer check sums.
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
          requestHandler: {
            httpAgent: { maxSockets },
            httpsAgent: { maxSockets },
            connectionTimeout: silenceMs,
            ...silence,
          },
        })
      // A slow reader keeps its line, silent for as long as it likes once its answer has begun: those who read must not
      // hold up those who write and ask.
      const reader = connect(5000, { requestTimeout: silenceMs, throwOnRequestTimeout: true })
      return { sdk, client: connect(200, { socketTimeout: silenceMs }), reader }
    })
    return connected
  }

  /** Written once a process, which shows that writing works, and then read: no other key is sure to be there. */
  let marked: Promise<void> | undefined
  async function mark(): Promise<void> {
    if (installation === null) throw new Error('This store was opened to be read only.')
    await checkOwner()
    await upload(bucketMarker, Buffer.from(`Grover Studio writes here: installation ${installation}\n`))
  }

  /** Errors: BucketTaken. */
  async function checkOwner(): Promise<void> {
    const text = await read(bucketMarker).then(
      async (body) => (await buffer(body)).toString(),
      (error) => {
        if (isMissing(error)) return ''
        throw error
      },
    )
    const owner = ownerIn(text)
    if (owner !== null && owner !== installation)
      throw new BucketTaken(
        `The bucket ${Bucket} belongs to another installation of Grover: name another one. If that one is gone for good, remove the object ${bucketMarker} from the bucket, and this one takes it over.`,
      )
  }

  async function read(key: string, range?: ByteRange): Promise<Readable> {
    const { sdk, reader } = await s3()
    const Range = range && `bytes=${range.start}-${range.end}`
    const { Body } = await reader.send(new sdk.GetObjectCommand({ Bucket, Key: key, ...(Range ? { Range } : {}) }))
    return Body as Readable
  }

  async function upload(key: string, body: Readable | Buffer): Promise<void> {
    const { client } = await s3()
    const { Upload } = await import('@aws-sdk/lib-storage')
    const work = new Upload({ client, params: { Bucket, Key: key, Body: body }, partSize: partBytes, queueSize: 3 })
    await work.done()
  }

  return {
    incomingDir,

    async put(key, source) {
      checkKey(key)
      if (Buffer.isBuffer(source)) {
        await upload(key, source)
        return { bytes: source.length }
      }
      if ('file' in source) {
        const { size } = await stat(source.file)
        await upload(key, createReadStream(source.file))
        await rm(source.file, { force: true })
        return { bytes: size }
      }
      let bytes = 0
      const counted = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length
          done(null, chunk)
        },
      })
      // A source that breaks must break the upload too, or half of it would be stored as the whole.
      await Promise.all([pipeline(source, counted), upload(key, counted)])
      return { bytes }
    },

    async get(key, range) {
      checkKey(key)
      try {
        return await read(key, range)
      } catch (error) {
        if (isMissing(error)) return fail('not_found', 'There is no such file.')
        throw error
      }
    },

    async head(key) {
      checkKey(key)
      const { sdk, client } = await s3()
      try {
        const { ContentLength } = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: key }))
        return { bytes: ContentLength ?? 0 }
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },

    async delete(key) {
      checkKey(key)
      const { sdk, client } = await s3()
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }))
    },

    async ready() {
      marked ??= mark()
      await marked.catch((error) => {
        marked = undefined
        throw error
      })
      await checkOwner()
      await mkdir(incomingDir, { recursive: true, mode: 0o700 })
      await access(incomingDir, constants.W_OK)
    },

    cleanUp: () => cleanFolder(incomingDir),
  }
}
