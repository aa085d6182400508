import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { signIn } from '../../e2e/client.ts'
import { freePort, removeFolder, root, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { createDevice, documents, note, runs } from '../device.ts'
import { atLeast, type Figure, median, noted } from '../figure.ts'
import { installPeers } from '../peers/install.ts'

const batch = 100
const peers = join(root, 'bench', 'peers')

type Replicated = { ok: boolean; docs_written: number }
type Pouch = {
  bulkDocs(docs: object[]): Promise<unknown>
  destroy(): Promise<unknown>
  replicate: {
    to(url: string, options: { batch_size: number }): Promise<Replicated>
    from(url: string, options: { batch_size: number }): Promise<Replicated>
  }
}
type PouchClass = { new (name: string, options: { adapter: string }): Pouch; plugin(plugin: unknown): void }

async function startPeer(folder: string): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [join(peers, 'server.js'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The peer ended (${code}) before it was ready.`))),
  ])) as [Buffer]
  return { url: /http:\S+/.exec(String(line))![0], process: child }
}

/** Documents a second that PouchDB pushes, and another one pulls. */
async function measurePouch(PouchDB: PouchClass, url: string, name: string): Promise<{ push: number; pull: number }> {
  const remote = `${url}/${name}`
  const writer = new PouchDB(`${name}-writer`, { adapter: 'memory' })
  const reader = new PouchDB(`${name}-reader`, { adapter: 'memory' })
  await writer.bulkDocs(
    Array.from({ length: documents }, (_, i) => {
      const { id, ...fields } = note(i)
      return { _id: id, ...fields }
    }),
  )
  const rate = async (replicate: () => Promise<Replicated>) => {
    const begin = performance.now()
    const { ok, docs_written: count } = await replicate()
    if (!ok || count !== documents) throw new Error(`PouchDB brought ${count} of ${documents}.`)
    return (documents / (performance.now() - begin)) * 1000
  }
  const push = await rate(() => writer.replicate.to(remote, { batch_size: batch }))
  const pull = await rate(() => reader.replicate.from(remote, { batch_size: batch }))
  await writer.destroy()
  await reader.destroy()
  return { push, pull }
}

async function measureOurs(url: string, name: string): Promise<{ push: number; pull: number }> {
  const device = createDevice(await signIn(url, name))
  const push = await device.push(
    Array.from({ length: documents }, (_, i) => note(i)),
    batch,
  )
  const pull = await device.pull(documents, batch)
  device.close()
  return { push, pull }
}

/** Our sync beside PouchDB with express-pouchdb on leveldb: the same documents, turn by turn on the same machine. */
export async function run(): Promise<Figure[]> {
  installPeers()
  const require = createRequire(join(peers, 'package.json'))
  const PouchDB = require('pouchdb') as PouchClass
  PouchDB.plugin(require('pouchdb-adapter-memory'))
  const folder = temporaryFolder('bench-peers')
  const peerFolder = temporaryFolder('bench-pouch')
  const peer = await startPeer(peerFolder)
  const server = await startServer({
    dataDir: join(folder, 'data'),
    port: await freePort(),
    env: { GROVER_REQUESTS_PER_MINUTE: '1000000' },
  })
  const ours: { push: number; pull: number }[] = []
  const theirs: typeof ours = []
  try {
    for (let i = 0; i < runs; i++) {
      theirs.push(await measurePouch(PouchDB, peer.url, `peer-${i}`))
      ours.push(await measureOurs(server.lines.server!, `peer-${i}`))
    }
  } finally {
    const ended = once(peer.process, 'exit')
    peer.process.kill()
    await ended
    await server.kill()
    removeFolder(folder)
    removeFolder(peerFolder)
  }
  return (['pull', 'push'] as const).flatMap((way) => {
    const us = median(ours.map((each) => each[way]))
    const them = median(theirs.map((each) => each[way]))
    return [
      atLeast(
        `${way}, batch ${batch}, times that of PouchDB and express-pouchdb`,
        us / them,
        '×',
        way === 'pull' ? 4 : 2,
      ),
      noted(`${way}, batch ${batch}, ${documents} documents (median of ${runs})`, us, 'docs/s'),
      noted(`the same by PouchDB and express-pouchdb`, them, 'docs/s'),
    ]
  })
}
