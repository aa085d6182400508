import { type Kysely, sql } from 'kysely'
import type { Collection } from '../../shared/collections/collection.ts'
import { upgrade } from '../../shared/collections/upgrade.ts'
import type { Database } from '../database/database.ts'
import type { Doc } from './check.ts'
import type { Tx } from './documents.ts'

type Parts = {
  db: Kysely<Database>
  transaction<T>(workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  collection: Collection
  signal: AbortSignal
}

const batch = 100

/**
 * Rewrites a collection's documents of older schema versions, a few at a time; until a document's turn comes it is
 * upgraded whenever it is read. None changes its place in the order: devices take the same steps by themselves. Resolves
 * with the number rewritten.
 */
export async function upgradeStored({ db, transaction, collection, signal }: Parts): Promise<number> {
  const { name, version } = collection
  if (version === 0) return 0
  const done = await db
    .selectFrom('collection_versions')
    .select('version')
    .where('collection', '=', name)
    .executeTakeFirst()
  if ((done?.version ?? 0) >= version) return 0

  let rewritten = 0
  for (let workspace = ''; ; ) {
    const { rows } = await sql<{ id: string }>`
      select id from workspaces where id > ${workspace} order by id limit ${batch}`.execute(db)
    for (const { id } of rows) rewritten += await upgradeWorkspace(id)
    if (signal.aborted) return rewritten
    if (rows.length < batch) break
    workspace = rows.at(-1)!.id
  }
  await sql`
    insert into collection_versions values (${name}, ${version})
    on conflict (collection) do update set version = greatest(collection_versions.version, excluded.version)`.execute(
    db,
  )
  return rewritten

  async function upgradeWorkspace(workspaceId: string): Promise<number> {
    const older = (database: Kysely<Database>, after: string, limit: number) =>
      sql<{ id: string; doc: Doc; version: number }>`
        select id, doc, schema_version as version from documents
        where workspace_id = ${workspaceId} and collection = ${name} and id > ${after} and schema_version < ${version}
        order by id limit ${limit}`.execute(database)
    let count = 0
    let after = ''
    // Most workspaces have nothing to do, and need no lock to find that out.
    if ((await older(db, after, 1)).rows.length === 0) return 0
    while (!signal.aborted) {
      const rows = await transaction(workspaceId, async (tx) => {
        const { rows } = await older(tx, after, batch)
        const upgraded = rows.map((row) => ({ i: row.id, d: upgrade(collection, row.doc, row.version) }))
        await sql`
          update documents d set doc = r.d, schema_version = ${version}
          from json_to_recordset(${JSON.stringify(upgraded)}::json) as r(i text, d jsonb)
          where d.workspace_id = ${workspaceId} and d.collection = ${name} and d.id = r.i`.execute(tx)
        return rows
      })
      count += rows.length
      if (rows.length < batch) break
      after = rows.at(-1)!.id
    }
    return count
  }
}
