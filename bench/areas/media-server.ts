import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type Client, samplePost, signIn } from '../../e2e/client.ts'
import { freePort, removeFolder, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { sendFile } from '../../main/services/upload-request.ts'
import { newMedia, type Variant } from '../../shared/collections/media.ts'
import { newId } from '../../shared/domain/id.ts'
import { atLeast, atMost, type Figure, median, noted, percentile } from '../figure.ts'

const mega = 1024 * 1024
const uploadBytes = Number(process.env.BENCH_MEGABYTES ?? 1024) * mega
const runs = Number(process.env.BENCH_RUNS ?? 3)

const viewers = 200
/** 2 Mbit/s, asked for in pieces of four seconds, as players do. */
const pieceBytes = mega
const pieceMs = 4000
const pieces = 6

/** A film on the server as it stands on a page, and a gigabyte sent to it. */
export async function run(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-media')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { GROVER_REQUESTS_PER_MINUTE: '1000000' }
  const server = await startServer({ dataDir: join(folder, 'data'), port, env })
  try {
    const client = await signIn(url, 'bench-media')
    return [...(await measureViewers(client, folder)), ...(await measureUploads(client, folder))]
  } finally {
    await server.kill()
    removeFolder(folder)
  }
}

/** Random bytes that begin like a film, and their sha256. */
async function makeFilm(path: string, bytes: number): Promise<string> {
  const file = createWriteStream(path, { flush: true })
  const sha256 = createHash('sha256')
  await pipeline(async function* () {
    for (let at = 0; at < bytes; at += mega) {
      const piece = randomBytes(mega)
      if (at === 0) piece.write('\0\0\0\x18ftypisom', 'latin1')
      sha256.update(piece)
      yield piece
    }
  }, file)
  return sha256.digest('hex')
}

async function upload(client: Client, path: string, hash: string, bytes: number, type = 'video/mp4'): Promise<void> {
  const answer = await sendFile({
    serverUrl: client.url,
    token: client.token,
    hash,
    source: { path, bytes, type },
    path: undefined,
    begun: () => {},
    throttle: async (bytes) => bytes,
    signal: new AbortController().signal,
    progress: () => {},
  })
  if (!answer.stored) throw new Error(`The upload was refused: ${answer.message}`)
}

/** A public post with a film; resolves with the address of its file. */
async function publishFilm(client: Client, path: string, bytes: number): Promise<string> {
  const hash = await makeFilm(path, bytes)
  await upload(client, path, hash, bytes)
  const blank = { width: 0, height: 0, bitrate: 0, codecs: '', playlist: '', language: '', label: '' }
  const file: Variant = { ...blank, id: 'podcast', role: 'podcast', hash, type: 'video/mp4', bytes }
  const facts = {
    id: 'f'.repeat(64),
    kind: 'audio',
    name: 'film',
    type: 'video/mp4',
    bytes,
    width: 0,
    height: 0,
  } as const
  const now = new Date().toISOString()
  const media = { ...newMedia({ ...facts, durationMs: 60_000 }, now), variants: [file] }
  await client.push('media', [{ newDocumentState: media }])
  const plan = { id: newId(), mode: 'now', local: '', zone: '', at: now, late: 'publish' } as const
  await client.push('posts', [{ newDocumentState: samplePost({ images: [media.id], plan }) }])
  const address = `${client.url}/media/${client.workspaceId}/${hash}`
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(50))
    if ((await fetch(address, { method: 'HEAD' })).ok) return address
  throw new Error('The film was not published in time.')
}

async function measureViewers(client: Client, folder: string): Promise<Figure[]> {
  const bytes = 200 * mega
  const address = await publishFilm(client, join(folder, 'shown'), bytes)
  const agent = new Agent({ keepAlive: true })
  const firstBytes: number[] = []
  const view = async (viewer: number) => {
    await delay((viewer / viewers) * pieceMs)
    let at = Math.floor(Math.random() * (bytes / pieceBytes - pieces)) * pieceBytes
    const began = performance.now()
    for (let piece = 1; piece <= pieces; piece++, at += pieceBytes) {
      firstBytes.push(await firstByte(address, at, agent))
      await delay(Math.max(0, began + piece * pieceMs - performance.now()))
    }
  }
  await Promise.all(Array.from({ length: viewers }, (_, viewer) => view(viewer)))
  agent.destroy()
  return [
    atMost('first byte of a range, 200 viewers of one film at 2 Mbit/s, p99', percentile(firstBytes, 0.99), 'ms', 100),
    noted('the same, median', median(firstBytes), 'ms'),
  ]
}

/** Milliseconds from asking for a piece until its first byte is here; resolves when all of it is. */
function firstByte(address: string, at: number, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const headers = { range: `bytes=${at}-${at + pieceBytes - 1}` }
    get(address, { agent, headers }, (answer) => {
      if (answer.statusCode !== 206) return reject(new Error(`A range was answered with ${answer.statusCode}.`))
      let first: number | undefined
      answer.on('data', () => (first ??= performance.now() - began))
      answer.on('end', () => resolve(first ?? Number.NaN))
    }).on('error', reject)
  })
}

/** Turn by turn, so that both have the same disk at the same time of its day. */
async function measureUploads(client: Client, folder: string): Promise<Figure[]> {
  const sent = join(folder, 'sent')
  const copied = join(folder, 'copied')
  const uploads: number[] = []
  const copies: number[] = []
  for (let run = 0; run < runs; run++) {
    const hash = await makeFilm(sent, uploadBytes)
    const copy = await took(() => copyPlainly(sent, copied))
    await rm(copied)
    uploads.push(await took(() => upload(client, sent, hash, uploadBytes)))
    copies.push(copy)
  }
  const speed = (ms: number) => uploadBytes / mega / (ms / 1000)
  return [
    atLeast('upload over a copy through the same disk, speeds of medians', median(copies) / median(uploads), '', 0.8),
    noted('upload over loopback, hashed and on the disk', speed(median(uploads)), 'MiB/s'),
    noted('copy, on the disk', speed(median(copies)), 'MiB/s'),
  ]
}

async function took(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** By streams, as a program copies; what comes back is on the disk. */
async function copyPlainly(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createWriteStream(to))
  const file = await open(to, 'r')
  await file.sync()
  await file.close()
}
