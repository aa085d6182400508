import { join } from 'node:path'
import { signIn } from '../../e2e/client.ts'
import { freePort, removeFolder, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { createDevice, documents, note, runs } from '../device.ts'
import { atLeast, type Figure, median } from '../figure.ts'

/** How fast one device pushes and pulls through the whole server: signed in, checked, on disk. */
export async function run(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-sync')
  const port = await freePort()
  const server = await startServer({
    dataDir: join(folder, 'data'),
    port,
    env: { GROVER_REQUESTS_PER_MINUTE: '1000000' },
  })
  const found: Record<string, number[]> = { push100: [], pull100: [], push1000: [], pull1000: [] }
  try {
    for (let i = 0; i < runs; i++)
      for (const batch of [100, 1000]) {
        const device = createDevice(await signIn(server.lines.server!, `sync-${i}-${batch}`))
        found[`push${batch}`]!.push(
          await device.push(
            Array.from({ length: documents }, (_, n) => note(n)),
            batch,
          ),
        )
        found[`pull${batch}`]!.push(await device.pull(documents, batch))
        device.close()
      }
  } finally {
    await server.kill()
    removeFolder(folder)
  }
  const of = (name: string) => median(found[name]!)
  const size = `${documents} documents (median of ${runs})`
  return [
    atLeast(`pull, batch 100, ${size}`, of('pull100'), 'docs/s', 20_000),
    atLeast(`push, batch 100, ${size}`, of('push100'), 'docs/s', 7000),
    atLeast(`pull, batch 1,000, ${size}`, of('pull1000'), 'docs/s', 20_000),
    atLeast(`push, batch 1,000, ${size}`, of('push1000'), 'docs/s', 7000),
  ]
}
