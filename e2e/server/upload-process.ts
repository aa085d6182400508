import { join } from 'node:path'
import { createSession } from '../../main/services/session.ts'
import { createFindSource } from '../../main/services/upload-source.ts'
import { createUploads } from '../../main/services/uploads.ts'
import { createVault } from '../../main/services/vault.ts'
import { createFileKey } from '../../main/services/vault-key.ts'

/** A studio's uploads in a process of their own, to be killed: says how far it has come, and when all is there. */
const [folder = '', serverUrl = ''] = process.argv.slice(2)
const log = (text: string, error?: unknown) => console.error(text, error ?? '')
const session = createSession({ vault: createVault({ folder, keeper: createFileKey(folder), log }) })
const findSource = createFindSource(join(folder, 'blobs'))
const uploads = createUploads({ folder, findSource, session, serverUrl: () => serverUrl, log })
let began = false
for await (const { waiting, sentBytes } of uploads.states()) {
  if (waiting.length > 0) began = true
  if (began && waiting.length === 0) break
  console.log(`sent ${sentBytes}`)
}
console.log('done')
await uploads.stop()
