import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type Client, planAt, samplePost, signIn } from '../../e2e/client.ts'
import { freePort, type Running, removeFolder, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { placeCluster } from '../../server/database/cluster-place.ts'
import type { Outcome } from '../../shared/collections/outcomes.ts'
import { atMost, type Figure, percentile } from '../figure.ts'

const postCount = 1000

async function pushDue(client: Client, dueAt: (index: number) => number): Promise<Map<string, number>> {
  const due = new Map<string, number>()
  for (let start = 0; start < postCount; start += 100) {
    const rows = Array.from({ length: 100 }, (_, i) => {
      const post = samplePost({ title: `Post ${start + i}`, plan: planAt(new Date(dueAt(start + i))) })
      due.set(post.id, Date.parse(post.plan.at))
      return { newDocumentState: post }
    })
    const { conflicts, refused } = await client.push('posts', rows)
    if (conflicts.length + refused.length > 0) throw new Error(JSON.stringify(refused[0] ?? conflicts[0]))
  }
  return due
}

/** Pulls outcomes as a device does until all are published; how long after its time each was seen to be, in ms. */
async function watchPublished(client: Client, due: Map<string, number>, patienceMs: number): Promise<number[]> {
  const delays: number[] = []
  const open = new Map(due)
  const giveUp = Date.now() + patienceMs
  for (let checkpoint = { lwt: 0, id: '' }; open.size > 0 && Date.now() < giveUp; ) {
    const query = `lwt=${checkpoint.lwt}&id=${encodeURIComponent(checkpoint.id)}&limit=1000`
    const page = await client.json<{ documents: Outcome[]; checkpoint: typeof checkpoint }>(
      `/sync/outcomes/0/pull?${query}`,
    )
    const seen = Date.now()
    checkpoint = page.checkpoint
    for (const outcome of page.documents)
      if (outcome.state === 'published' && open.has(outcome.id)) {
        delays.push(seen - open.get(outcome.id)!)
        open.delete(outcome.id)
      }
    await delay(10)
  }
  if (open.size > 0) throw new Error(`${open.size} of ${due.size} posts were never published`)
  return delays
}

const nextSecond = (inMs: number) => Math.ceil((Date.now() + inMs) / 1000) * 1000

async function onTime(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-publish')
  const port = await freePort()
  const server = await startServer({ dataDir: join(folder, 'data'), port })
  try {
    const client = await signIn(`http://127.0.0.1:${port}`, 'bench-minute')
    const minute = nextSecond(10_000)
    const spread = await pushDue(client, (i) => minute + Math.floor(i * 60))
    const spreadDelays = await watchPublished(client, spread, 120_000)
    const second = nextSecond(10_000)
    const together = await pushDue(client, () => second)
    const togetherDelays = await watchPublished(client, together, 60_000)
    const early = [...spreadDelays, ...togetherDelays].filter((delay) => delay < 0).length
    return [
      atMost('publish after due, p99, 1,000 posts over one minute', percentile(spreadDelays, 0.99), 'ms', 1000),
      atMost('publish after due, p99, 1,000 posts in one second', percentile(togetherDelays, 0.99), 'ms', 1000),
      atMost('published before their time', early, 'posts', 0),
    ]
  } finally {
    await server.kill()
    removeFolder(folder)
  }
}

/** A server that is killed again and again, at random, while 1,000 posts come due. */
async function underKills(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-kills')
  const dataDir = join(folder, 'data')
  const port = await freePort()
  let server: Running = await startServer({ dataDir, port })
  try {
    const client = await signIn(`http://127.0.0.1:${port}`, 'bench-kills')
    const begin = nextSecond(8_000)
    const due = await pushDue(client, (i) => begin + i * 20)
    await delay(Math.max(0, begin - Date.now()))
    let kills = 0
    while (Date.now() < begin + postCount * 20) {
      await delay(200 + Math.random() * 1500)
      await server.kill('SIGKILL')
      kills++
      server = await startServer({ dataDir, port })
    }
    await watchPublished(client, due, 60_000)
    const { socket } = await placeCluster(dataDir)
    const database = new pg.Client({ host: socket, user: 'grover', database: 'postgres' })
    await database.connect()
    const { rows } = await database.query<{ posts: number; publishes: number; live: number }>(
      `select (select count(distinct post_id)::int from publication_log where action = 'publish') as posts,
              (select count(*)::int from publication_log where action = 'publish') as publishes,
              (select count(*)::int from published_posts where withdrawn_at is null) as live`,
    )
    await database.end()
    const { posts, publishes, live } = rows[0]!
    console.log(`  ${kills} kills`)
    return [
      atMost('1,000 publishes with the server killed at random: doubled', publishes - posts, 'posts', 0),
      atMost('1,000 publishes with the server killed at random: lost', postCount - Math.min(posts, live), 'posts', 0),
    ]
  } finally {
    await server.kill()
    removeFolder(folder)
  }
}

/** Promises kept: on time under load, once under kills. */
export async function run(): Promise<Figure[]> {
  return [...(await onTime()), ...(await underKills())]
}
