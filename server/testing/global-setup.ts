import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { requireFfmpeg } from '../../tools/find-ffmpeg.ts'
import { startEmbedded } from '../database/embedded.ts'
import { makeTemplate, testBinariesDir } from './database.ts'

/** One private PostgreSQL for the whole run, from the binaries the product ships with. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const found = await requireFfmpeg().catch(({ message }: Error) => ({ ffmpeg: '', ffprobe: '', problem: message }))
  project.provide('ffmpeg', { problem: '', ...found })
  const dataDir = await mkdtemp(join(tmpdir(), 'grover-test-cluster-'))
  const postgres = await startEmbedded({
    dataDir,
    binariesDir: testBinariesDir,
    // These databases are thrown away: only the fault tests, with clusters of their own, need them to survive.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  })
  const { host, port, user } = postgres.connection as { host: string; port: number; user: string }
  await makeTemplate({ host, port, user })
  project.provide('cluster', { host, port, user })
  return async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
