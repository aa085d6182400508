import type pg from 'pg'

export type Table = { name: string; columns: string[]; after: string[] }

/** Told by the manifest instead, worth nothing after a restart, or not a copy's to have. */
const leftOut = ['migrations', 'socket_io_attachments', 'uploads', 'loose_files', 'installation']

/**
 * The tables that hold what cannot be made again, with their columns, each after the tables it refers to. Unlogged ones
 * are not among them (a crash empties them too), nor those of the job queue, which stand in a schema of their own.
 */
export async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select c.relname::text as name,
       array(select a.attname::text from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
         order by a.attnum) as columns,
       array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as after
     from pg_class c
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relpersistence = 'p'
       and c.relname <> all($1)
     order by c.relname`,
    [leftOut],
  )
  return inOrder(rows)
}

function inOrder(tables: readonly Table[]): Table[] {
  const ordered: Table[] = []
  const placed = new Set<string>()
  while (ordered.length < tables.length) {
    const next = tables.filter(({ name, after }) => !placed.has(name) && after.every((other) => placed.has(other)))
    if (next.length === 0) throw new Error('Tables refer to each other in a circle: no order of loading them is right.')
    for (const table of next) placed.add(table.name)
    ordered.push(...next)
  }
  return ordered
}

/** The last number each sequence gave out. Read after the snapshot was taken, it is not below what the rows have. */
export async function readSequences(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; last: string }>(
    `select sequencename::text as name, last_value::text as last from pg_sequences
     where schemaname = current_schema() and last_value is not null`,
  )
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]))
}
