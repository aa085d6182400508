import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { mp4, sha256 } from '../../server/media/testing/films.ts'
import { startS3 } from '../../server/media/testing/s3.ts'
import { uploadHeaders } from '../../server/media/upload-headers.ts'
import { signIn } from '../client.ts'
import { removeFolder, startServer, temporaryFolder } from '../processes.ts'
import { runBackup } from './backup-command.ts'
import { makePlace } from './place.ts'

const folder = temporaryFolder('s3')
const s3 = await startS3(join(folder, 's3'))
const place = await makePlace('its own PostgreSQL')
afterAll(async () => {
  await place.remove()
  await s3.close()
  removeFolder(folder)
})

const settings = (bucket = s3.options.bucket) => ({
  GROVER_S3_BUCKET: bucket,
  GROVER_S3_ENDPOINT: s3.options.endpoint,
  GROVER_S3_ACCESS_KEY_ID: s3.options.accessKeyId,
  GROVER_S3_SECRET_ACCESS_KEY: s3.options.secretAccessKey,
})

test('a server keeps its films in a bucket, and a backup takes them to another', async () => {
  const server = await place.start(settings())
  const ready = await fetch(`${place.url}/ready`)
  expect(await ready.json()).toMatchObject({ parts: { blobs: { ok: true } } })
  const ada = await signIn(place.url, 'ada')
  const film = mp4(3_000_000)
  const hash = sha256(film)
  const headers = uploadHeaders({ hash, type: 'video/mp4', bytes: film.length })
  expect((await ada.request('/api/uploads', { method: 'POST', headers, body: new Uint8Array(film) })).status).toBe(201)
  const part = async () => {
    const answer = await ada.request(`/api/blobs/${hash}`, { headers: { range: 'bytes=2000000-2000099' } })
    return Buffer.from(await answer.arrayBuffer())
  }
  expect((await part()).equals(film.subarray(2_000_000, 2_000_100))).toBe(true)
  expect(existsSync(join(place.dataDir, 'blobs', ada.workspaceId))).toBe(false)

  const to = join(folder, 'backup')
  expect(await runBackup('backup', ['--data', place.dataDir, '--to', to], settings())).toMatchObject({ code: 0 })
  const same = await runBackup('restore', ['--from', to, '--data', join(folder, 'same')], settings())
  expect(same).toEqual({ code: 1, output: expect.stringContaining('belongs to another installation of Grover') })
  expect((await part()).equals(film.subarray(2_000_000, 2_000_100))).toBe(true)
  await server.kill()
  const dataDir = join(folder, 'again')
  const restore = await runBackup('restore', ['--from', to, '--data', dataDir], settings('spare'))
  expect(restore.code, restore.output).toBe(0)
  const again = await startServer({ dataDir, port: place.port, env: settings('spare') })
  expect((await part()).equals(film.subarray(2_000_000, 2_000_100))).toBe(true)
  await again.kill()
})

test('two servers with databases of their own do not share a bucket', async () => {
  const start = startServer({ dataDir: join(folder, 'other'), port: place.port, env: settings('spare') })
  await expect(start).rejects.toThrow(/ended \(2\)[\s\S]*spare belongs to another installation/)
})

test('a bucket that cannot be written to is said at the start', async () => {
  const start = startServer({ dataDir: join(folder, 'none'), port: place.port, env: settings('nowhere') })
  await expect(start).rejects.toThrow(/ended \(2\)[\s\S]*GROVER_S3_BUCKET cannot be written to/)
})
