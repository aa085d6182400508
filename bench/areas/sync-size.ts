import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { note } from '../device.ts'
import { atMost, type Figure, median, noted, percentile } from '../figure.ts'
import { addWorkspaces, type Place, type Session, startPlace } from '../place.ts'
import { startDevices } from '../start-devices.ts'

const sizes = { small: 10_000, large: Number(process.env.BENCH_LARGE ?? 1_000_000), pulled: 100_000 }
const page = 100
const rounds = 60

/** Fills a workspace by way of the table, with the same documents that devices push. */
async function fill(database: pg.Client, { workspaceId }: Session, count: number): Promise<void> {
  const { id: _, title: __, ...rest } = note(0)
  await database.query(
    `insert into documents (workspace_id, collection, id, seq, created_seq, deleted, doc, schema_version, updated_at)
     select $1, 'posts', id, n, n, false, $2::jsonb || jsonb_build_object('id', id, 'title', 'Note ' || n || ' from the harbour'), 0, now()
     from (select n, lpad(n::text, 26, '0') as id from generate_series(1, $3::int) n) numbered`,
    [workspaceId, JSON.stringify(rest), count],
  )
  await database.query('update workspaces set seq = $2 where id = $1', [workspaceId, count])
}

async function pull(url: string, { token }: Session, lwt: number, epoch: string, limit: number) {
  const answer = await fetch(`${url}/sync/posts/0/pull?lwt=${lwt}&id=${epoch}&limit=${limit}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as { documents: unknown[]; checkpoint: { id: string; lwt: number } }
}

/** How long one page takes at the start, in the middle and at the end of a small and a large workspace, turn by turn. */
async function flatness({ url }: Place, small: Session, large: Session): Promise<Figure[]> {
  const places = Object.entries({ small, large }).flatMap(([name, session]) => {
    const count = sizes[name as 'small' | 'large']
    return Object.entries({ start: 0, middle: count / 2, end: count - page }).map(([where, lwt]) => ({
      name,
      where,
      lwt,
      session,
      took: [] as number[],
    }))
  })
  const epochs = new Map<Session, string>()
  for (const session of [small, large]) epochs.set(session, (await pull(url, session, 0, '', 1)).checkpoint.id)
  for (let i = 0; i < rounds; i++)
    for (const each of places) {
      const begin = performance.now()
      const { documents } = await pull(url, each.session, each.lwt, epochs.get(each.session)!, page)
      each.took.push(performance.now() - begin)
      if (documents.length !== page) throw new Error(`${documents.length} documents on a page of ${page}`)
    }
  const of = (wanted: string) => median(places.filter(({ name }) => name === wanted).flatMap(({ took }) => took))
  return [
    atMost(
      `a page of ${page} among ${sizes.large} documents, times that among ${sizes.small} (medians)`,
      Math.max(...places.filter(({ name }) => name === 'large').map(({ took }) => median(took))) / of('small'),
      '×',
      1.3,
    ),
    ...places.map(({ name, where, took }) =>
      noted(`a page of ${page} at the ${where} of ${sizes[name as 'small' | 'large']} (median)`, median(took), 'ms'),
    ),
  ]
}

/** What others feel while one device pulls a large workspace. */
async function courtesy({ url }: Place, pulling: Session, other: Session): Promise<Figure[]> {
  const asked: Record<string, { ask(): Promise<unknown>; took: number[] }> = {
    'a small pull of another workspace': { ask: () => pull(url, other, 0, '', 20), took: [] },
    'GET /@handle': { ask: () => get(`${url}/@${other.handle}`), took: [] },
    'GET /health': { ask: () => get(`${url}/health`), took: [] },
  }
  for (const { ask } of Object.values(asked)) await ask()
  let done = false
  const pulls = (async () => {
    for (let repeat = 0; repeat < 3; repeat++) {
      let count = 0
      const device = await startDevices({ url, tokens: [pulling.token] }, ({ ids }) => {
        count += ids.length
      })
      device.removeAllListeners('exit')
      device.disconnect()
      if (count !== sizes.pulled) throw new Error(`pulled ${count} of ${sizes.pulled} documents`)
    }
    done = true
  })()
  const asking = Object.values(asked).map(async ({ ask, took }) => {
    while (!done) {
      const begin = performance.now()
      await ask()
      took.push(performance.now() - begin)
      await delay(10)
    }
  })
  await Promise.all([pulls, ...asking])
  return Object.entries(asked).map(([name, { took }]) =>
    atMost(`${name} while one device pulls ${sizes.pulled} documents, p99`, percentile(took, 0.99), 'ms', 100),
  )
}

async function get(url: string): Promise<string> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return await answer.text()
}

/** A large workspace costs no more a page than a small one, and does not make others wait. */
export async function run(): Promise<Figure[]> {
  const place = await startPlace('size')
  try {
    const [small, large, pulled] = (await addWorkspaces(place.database, 'size', 3, 1)).map(([session]) => session!)
    await fill(place.database, small!, sizes.small)
    await fill(place.database, large!, sizes.large)
    await fill(place.database, pulled!, sizes.pulled)
    await place.database.query('vacuum analyze documents')
    return [...(await flatness(place, small!, large!)), ...(await courtesy(place, pulled!, small!))]
  } finally {
    await place.close()
  }
}
