import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../testing/database.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.drop())

test('every reference is found by an index, so that deleting what is referred to reads no whole table', async () => {
  const { rows } = await database.pool.query<{ reference: string }>(`
    select c.conrelid::regclass || ' ' || c.conname as reference from pg_constraint c
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
      select 1 from pg_index i
      where i.indrelid = c.conrelid and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey)`)
  expect(rows).toEqual([])
})

test('the workspaces of an owner are found by an index', async () => {
  const client = await database.pool.connect()
  await client.query('set enable_seqscan = off')
  const { rows } = await client.query(`explain delete from workspaces where owner_id in ('a', 'b')`)
  client.release(true)
  expect(JSON.stringify(rows)).toContain('workspaces_by_owner')
})
