import { once } from 'node:events'
import { join } from 'node:path'
import { freePort, removeFolder, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { atMost, type Figure, median } from '../figure.ts'

/** From `npm run server`'s program starting to `/ready` answering 200, in milliseconds. */
async function timeToReady(dataDir: string): Promise<number> {
  const port = await freePort()
  const begin = performance.now()
  const server = await startServer({ dataDir, port })
  const answer = await fetch(`http://127.0.0.1:${port}/ready`)
  const took = performance.now() - begin
  if (!answer.ok) throw new Error(`not ready: ${await answer.text()}`)
  const ended = server.process.exitCode === null ? once(server.process, 'exit') : undefined
  server.process.kill('SIGTERM')
  await ended
  return took
}

/** How soon the server serves: from an empty folder (initdb, migrations) and on one that has run before. */
export async function run(): Promise<Figure[]> {
  const cold: number[] = []
  const warm: number[] = []
  for (let i = 0; i < 5; i++) {
    const folder = temporaryFolder('bench-server')
    cold.push(await timeToReady(join(folder, 'data')))
    warm.push(await timeToReady(join(folder, 'data')))
    removeFolder(folder)
  }
  return [
    atMost('server from nothing to ready (median of 5)', median(cold), 'ms', 3000),
    atMost('server warm to ready (median of 5)', median(warm), 'ms', 1000),
  ]
}
