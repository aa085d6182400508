import { join } from 'node:path'
import { type Config, ConfigError } from '../config.ts'
import type { BlobStore } from './blob-store.ts'
import { createDiskBlobs } from './disk-blobs.ts'
import { BucketTaken, createS3Blobs } from './s3-blobs.ts'

/**
 * The store that the configuration names; `installation`: on whose behalf files are added to it and removed. Null: for
 * nobody, it is only read.
 */
export function openBlobs({ dataDir, s3 }: Pick<Config, 'dataDir' | 's3'>, installation: string | null): BlobStore {
  const folder = join(dataDir, 'blobs')
  if (!s3) return createDiskBlobs(folder)
  const blobs = createS3Blobs(s3, { incomingDir: join(folder, '.incoming'), installation })
  return { ...blobs, ready: () => blobs.ready().catch(refuse) }
}

function refuse(error: Error): never {
  throw new ConfigError(
    error instanceof BucketTaken
      ? error.message
      : `The S3 bucket of GROVER_S3_BUCKET cannot be written to: ${error.message} Check the GROVER_S3_ settings and the key's rights.`,
  )
}
