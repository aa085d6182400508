import { join } from 'node:path'
import { emptyDatabase } from '../../server/testing/database.ts'
import { freePort, type Running, removeFolder, startServer, temporaryFolder } from '../processes.ts'

export const kinds = ['its own PostgreSQL', 'GROVER_DATABASE_URL'] as const

/** Somewhere a server can live: a data folder, a port, and one of the two kinds of database, empty. */
export type Place = Awaited<ReturnType<typeof makePlace>>

export async function makePlace(kind: (typeof kinds)[number]) {
  const folder = temporaryFolder('server')
  const dataDir = join(folder, 'data')
  const database = kind === 'GROVER_DATABASE_URL' ? await emptyDatabase() : null
  const port = await freePort()
  const running: Running[] = []
  /** What tells a server, or a backup of it, of its database. */
  const own: NodeJS.ProcessEnv = database ? { GROVER_DATABASE_URL: database.url, GROVER_SECRET: 's'.repeat(40) } : {}
  return {
    env: own,
    dataDir,
    port,
    databaseUrl: database?.url,
    url: `http://127.0.0.1:${port}`,
    async start(env: NodeJS.ProcessEnv = {}, options: { port?: number; dataDir?: string } = {}): Promise<Running> {
      const server = await startServer({ dataDir, port, env: { ...own, ...env }, ...options })
      running.push(server)
      return server
    },
    async remove(): Promise<void> {
      await Promise.all(running.map((server) => server.kill()))
      await database?.drop()
      removeFolder(folder)
    },
  }
}

/** Asks again until `check` has an answer other than undefined; gives up with `what`. */
export async function until<T>(what: string, check: () => Promise<T | undefined>, withinMs = 30_000): Promise<T> {
  for (const end = Date.now() + withinMs; ; ) {
    const found = await check()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`It did not happen in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The text of an address once it answers with this status. */
export const whenStatus = (url: string, status: number): Promise<string> =>
  until(`${url} answers ${status}`, async () => {
    const answer = await fetch(url)
    const text = await answer.text()
    return answer.status === status ? text : undefined
  })
