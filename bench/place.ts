import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { freePort, type Running, removeFolder, startServer, temporaryFolder } from '../e2e/processes.ts'
import { hashToken } from '../server/accounts/token.ts'
import { placeCluster } from '../server/database/cluster-place.ts'
import { newId } from '../shared/domain/id.ts'

export type Place = {
  url: string
  server: Running
  database: pg.Client
  close(): Promise<void>
}

/** A server on a folder of its own, with its database at hand; both are gone when it is closed. */
export async function startPlace(name: string): Promise<Place> {
  const folder = temporaryFolder(`bench-${name}`)
  const dataDir = join(folder, 'data')
  const port = await freePort()
  const server = await startServer({ dataDir, port, env: { GROVER_REQUESTS_PER_MINUTE: '1000000' } })
  const { socket } = await placeCluster(dataDir)
  const database = new pg.Client({ host: socket, user: 'grover', database: 'postgres' })
  await database.connect()
  return {
    url: server.lines.server!,
    server,
    database,
    async close() {
      await database.end()
      await server.kill()
      removeFolder(folder)
    },
  }
}

export type Session = { workspaceId: string; handle: string; token: string }

/**
 * Workspaces with so many signed-in devices each, by way of the tables: what signing in costs is not what is measured.
 * Resolves with the sessions, workspace by workspace.
 */
export async function addWorkspaces(
  database: pg.Client,
  name: string,
  count: number,
  devices: number,
): Promise<Session[][]> {
  const workspaces = Array.from({ length: count }, (_, i) => {
    const handle = `${name}-${i}`
    const tokens = Array.from({ length: devices }, () => randomBytes(24).toString('hex'))
    return { id: newId(), userId: newId(), handle, epoch: newId(), tokens }
  })
  const json = JSON.stringify(workspaces.map(({ tokens: _, ...rest }) => rest))
  const from = `from json_to_recordset($1) as w(id text, "userId" text, handle text, epoch text)`
  await database.query(
    `insert into users (id, email, name, email_verified, created_at, updated_at)
     select w."userId", w.handle || '@grover.example', w.handle, true, now(), now() ${from}`,
    [json],
  )
  await database.query(
    `insert into workspaces (id, owner_id, handle, name, epoch) select w.id, w."userId", w.handle, w.handle, w.epoch ${from}`,
    [json],
  )
  await database.query(`insert into members (workspace_id, user_id, role) select w.id, w."userId", 'owner' ${from}`, [
    json,
  ])
  await database.query(`insert into handles (handle, workspace_id, current) select w.handle, w.id, true ${from}`, [
    json,
  ])
  await database.query(
    `insert into sessions (id, token_hash, user_id, workspace_id, device_name, created_at, updated_at, last_seen_at, expires_at)
     select s.id, s.hash, s."userId", s.workspace, 'bench', now(), now(), now(), now() + interval '30 days'
     from json_to_recordset($1) as s(id text, hash text, "userId" text, workspace text)`,
    [
      JSON.stringify(
        workspaces.flatMap(({ id, userId, tokens }) =>
          tokens.map((token) => ({ id: newId(), hash: hashToken(token), userId, workspace: id })),
        ),
      ),
    ],
  )
  return workspaces.map(({ id, handle, tokens }) => tokens.map((token) => ({ workspaceId: id, handle, token })))
}

/** Milliseconds by a clock that all processes of this machine share. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6
