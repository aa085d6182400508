import { join } from 'node:path'
import autocannon from 'autocannon'
import pg from 'pg'
import { signIn } from '../../e2e/client.ts'
import { freePort, removeFolder, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { placeCluster } from '../../server/database/cluster-place.ts'
import { atMost, type Figure } from '../figure.ts'

/** The creator's page and feed with 10,000 posts at 200 requests/s. */
export async function run(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-site')
  const dataDir = join(folder, 'data')
  const port = await freePort()
  const server = await startServer({ dataDir, port, env: { GROVER_REQUESTS_PER_MINUTE: '1000000' } })
  try {
    const client = await signIn(`http://127.0.0.1:${port}`, 'bench-site')
    const { socket } = await placeCluster(dataDir)
    const database = new pg.Client({ host: socket, user: 'grover', database: 'postgres' })
    await database.connect()
    // What is measured is reading; how the rows came to be is measured elsewhere.
    await database.query(
      `insert into published_posts (workspace_id, post_id, slug, title, summary, tags, visibility, body, text, words, cover, revision, published_at, updated_at)
       select $1, 'p' || n, 'post-' || n, 'Post number ' || n, repeat('A sentence of summary. ', 6), array['notes','sea'], 'public',
              jsonb_build_object('type','doc','content', jsonb_build_array(jsonb_build_object('type','paragraph','content',
                jsonb_build_array(jsonb_build_object('type','text','text', repeat('Words of the post. ', 200)))))),
              repeat('Words of the post. ', 200), 800, '', 1, now() - n * interval '1 hour', now() - n * interval '1 hour'
         from generate_series(1, 10000) n`,
      [client.workspaceId],
    )
    await database.query('analyze')
    await database.end()
    const measure = async (path: string) => {
      const url = `http://127.0.0.1:${port}${path}`
      await autocannon({ url, connections: 10, duration: 3, overallRate: 200 })
      const result = await autocannon({ url, connections: 10, duration: 15, overallRate: 200 })
      if (result.non2xx > 0 || result.errors > 0)
        throw new Error(`${path}: ${result.non2xx} bad answers, ${result.errors} errors`)
      return result
    }
    const page = await measure('/@bench-site')
    const feed = await measure('/@bench-site/feed.xml')
    return [
      atMost('GET /@handle with 10,000 posts at 200 requests/s, p99', page.latency.p99, 'ms', 50),
      atMost('GET feed.xml with 10,000 posts at 200 requests/s, p99', feed.latency.p99, 'ms', 50),
    ]
  } finally {
    await server.kill()
    removeFolder(folder)
  }
}
