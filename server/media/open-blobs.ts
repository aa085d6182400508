import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { BlobStore } from './blob-store.ts'
import { createDiskBlobs } from './disk-blobs.ts'
import { createS3Blobs } from './s3-blobs.ts'

/** The store that the configuration names. */
export function openBlobs({ dataDir, s3 }: Pick<Config, 'dataDir' | 's3'>): BlobStore {
  const folder = join(dataDir, 'blobs')
  return s3 ? createS3Blobs(s3, join(folder, '.incoming')) : createDiskBlobs(folder)
}
