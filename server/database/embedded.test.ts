import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testBinariesDir, testDatabase } from '../testing/database.ts'
import { placeCluster } from './cluster-place.ts'
import { connect } from './database.ts'
import { startEmbedded, stopLeftOver } from './embedded.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'

test('a new folder becomes a running PostgreSQL, and what was written is there after a stop and a start', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'grover-embedded-'))
  const first = await startEmbedded({ dataDir, binariesDir: testBinariesDir })
  const a = connect(first.connection, () => {})
  await a.pool.query('create table kept (n int); insert into kept values (7)')
  await a.close()
  await first.stop()
  const second = await startEmbedded({ dataDir, binariesDir: testBinariesDir })
  const b = connect(second.connection, () => {})
  expect((await b.pool.query('select n from kept')).rows).toEqual([{ n: 7 }])
  await b.close()
  await second.stop()
  await rm(dataDir, { recursive: true })
})

test('a PostgreSQL left running by a killed server is stopped and replaced', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'grover-embedded-'))
  const orphan = await startEmbedded({ dataDir, binariesDir: testBinariesDir })
  const next = await startEmbedded({ dataDir, binariesDir: testBinariesDir })
  expect(await orphan.died).toMatch(/ended/)
  const c = connect(next.connection, () => {})
  expect((await c.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await c.close()
  await next.stop()
  await rm(dataDir, { recursive: true })
})

// `ps` answers here as it does on macOS; nothing here answers as Windows does.
test.each(['linux', 'darwin', 'win32'] as const)(
  'a stranger with the number of an old PostgreSQL is left alone (%s)',
  async (platform) => {
    const data = await mkdtemp(join(tmpdir(), 'grover-embedded-'))
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', data])
    await once(stranger, 'spawn')
    await writeFile(join(data, 'postmaster.pid'), `${stranger.pid}\n${data}\n`)
    await stopLeftOver(data, platform)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    // Where nothing is known about the process, PostgreSQL is left to look for itself.
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(platform === 'win32')
    stranger.kill()
    await rm(data, { recursive: true })
  },
)

test('a PostgreSQL of this folder is known by its command line also where there is no /proc', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'grover-embedded-'))
  const orphan = await startEmbedded({ dataDir, binariesDir: testBinariesDir })
  const { data } = await placeCluster(dataDir)
  await stopLeftOver(data, 'darwin')
  expect(await orphan.died).toMatch(/ended/)
  await rm(dataDir, { recursive: true })
})

test('two servers that migrate an empty database together both come up, and each step is applied once', async () => {
  const base = await testDatabase()
  await base.pool.query('drop schema public cascade; create schema public; drop schema if exists pgboss cascade')
  const applied = await Promise.all([1, 2].map(() => migrate(base.db, migrations)))
  expect(applied.flat().sort()).toEqual(migrations.map((m) => m.id).sort())
  await base.drop()
})

test('what a cut-short initdb left is not taken for a cluster', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'grover-embedded-'))
  const left = join(dataDir, 'postgres.new-0badcafe')
  await mkdir(left)
  await writeFile(join(left, 'PG_VERSION'), '18\n')
  const postgres = await startEmbedded({ dataDir, binariesDir: testBinariesDir })
  const c = connect(postgres.connection, () => {})
  expect((await c.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(existsSync(left)).toBe(false)
  await c.close()
  await postgres.stop()
  await rm(dataDir, { recursive: true })
})
