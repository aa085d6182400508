import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSession } from '../../main/services/session.ts'
import { createVault } from '../../main/services/vault.ts'
import { createFileKey } from '../../main/services/vault-key.ts'
import { type Client, signIn } from '../client.ts'
import { removeFolder, root, temporaryFolder } from '../processes.ts'
import { makePlace, type Place } from './place.ts'

const bytes = 120 * 1024 * 1024
const kills = 10

let place: Place
let ada: Client
const folder = temporaryFolder('upload-killed')
beforeAll(async () => {
  place = await makePlace('its own PostgreSQL')
  await place.start()
  ada = await signIn(place.url, 'ada')
}, 120_000)
afterAll(async () => {
  await place.remove()
  removeFolder(folder)
})

/** A line to the server that counts what is sent over it. */
async function countedLine(port: number) {
  let sent = 0
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    near.on('data', (chunk) => (sent += chunk.length))
    near.pipe(far).pipe(near)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: own } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${own}`, sent: () => sent, close: () => server.close() }
}

/** A film in the studio's folder, a session in its vault, and the film in its queue. */
async function prepare(): Promise<string> {
  const film = randomBytes(bytes)
  film.write('\0\0\0\x18ftypisom', 'latin1')
  const hash = createHash('sha256').update(film).digest('hex')
  mkdirSync(join(folder, 'blobs', hash.slice(0, 2)), { recursive: true })
  writeFileSync(join(folder, 'blobs', hash.slice(0, 2), hash), film)
  const vault = createVault({ folder, keeper: createFileKey(folder), log: () => {} })
  const { token, workspaceId } = ada
  await createSession({ vault }).set({ token, workspaceId, userId: 'u', email: '', name: '', handle: 'ada' })
  writeFileSync(join(folder, 'uploads.json'), JSON.stringify({ format: 1, uploads: [{ hash, workspaceId, bytes }] }))
  // Slow enough to be killed in the middle, ten times.
  writeFileSync(join(folder, 'upload-settings.json'), JSON.stringify({ bytesPerSecond: 30_000_000 }))
  return hash
}

test('a large upload whose program is killed ten times arrives whole, and hardly anything is sent twice', async () => {
  const hash = await prepare()
  const line = await countedLine(place.port)
  const start = (): ChildProcess =>
    spawn(process.execPath, ['e2e/server/upload-process.ts', folder, line.url], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  let seen = 0
  for (let kill = 1; kill <= kills; kill++) {
    const child = start()
    const exited = once(child, 'exit')
    for await (const text of createInterface({ input: child.stdout! })) {
      seen = Number(/^sent (\d+)/.exec(text)?.[1] ?? seen)
      if (seen > (bytes / (kills + 2)) * kill) break
    }
    child.kill('SIGKILL')
    expect(await exited).toEqual([null, 'SIGKILL'])
  }
  expect(seen).toBeLessThan(bytes)
  const last = start()
  const exited = once(last, 'exit')
  last.stdout!.resume()
  expect(await exited).toEqual([0, null])
  line.close()

  const answer = await ada.request(`/api/blobs/${hash}`)
  const sha256 = createHash('sha256')
  for await (const chunk of answer.body!) sha256.update(chunk)
  expect(sha256.digest('hex')).toBe(hash)
  const again = line.sent() / bytes - 1
  console.log(`${(again * 100).toFixed(2)} % sent again`)
  expect(again).toBeLessThan(0.05)
})
