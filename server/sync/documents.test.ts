import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/server.ts'
import { row, samplePost, wire } from './testing/wire.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const count = async (workspaceId: string) =>
  (await server.db.selectFrom('documents').select('id').where('workspace_id', '=', workspaceId).execute()).length

test('the database refuses a document of no workspace, and lets documents go with theirs', async () => {
  for (const id of ['going', 'staying']) {
    await server.addWorkspace(id)
    await wire(server.url, server.signIn(id)).push('posts', [row(samplePost()), row(samplePost())])
  }
  const [sample] = await server.db.selectFrom('documents').selectAll().limit(1).execute()
  const orphan = { ...sample!, workspace_id: 'nobody', doc: JSON.stringify(sample!.doc) }
  await expect(server.db.insertInto('documents').values(orphan).execute()).rejects.toMatchObject({ code: '23503' })
  expect(await count('nobody')).toBe(0)
  await server.db.deleteFrom('workspaces').where('id', '=', 'going').execute()
  expect([await count('going'), await count('staying')]).toEqual([0, 2])
})
