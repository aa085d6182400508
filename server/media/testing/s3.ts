import S3rver from '@20minutes/s3rver'
import type { S3Options } from '../s3-blobs.ts'

/** An S3 server of our own on this machine, with the buckets `grover`, `spare` and `more`. */
export async function startS3(
  directory: string,
  ...more: string[]
): Promise<{ options: S3Options; close(): Promise<void> }> {
  const bucket = 'grover'
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [bucket, 'spare', ...more].map((name) => ({ name })),
  })
  const { port } = await server.run()
  return {
    options: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      bucket,
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    },
    close: () => server.close(),
  }
}
