import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folder.ts'
import { createSession } from './session.ts'
import { createVault } from './vault.ts'
import { createFileKey } from './vault-key.ts'

const open = (folder: string, said: string[] = []) =>
  createVault({ folder, keeper: createFileKey(folder), log: (sentence) => void said.push(sentence) })

const session = {
  token: 'token-0123456789',
  userId: 'u1',
  email: 'ada@example.org',
  name: 'Ada',
  workspaceId: 'w1',
  handle: 'ada',
}

test('a secret survives a restart and cannot be read in the files', async () => {
  const folder = temporaryFolder()
  await open(folder).set('session', 'a very secret token')
  expect(await open(folder).get('session')).toBe('a very secret token')
  for (const name of await readdir(folder)) expect(readFileSync(join(folder, name), 'utf8')).not.toContain('secret')
})

test.skipIf(process.platform === 'win32')('only this user can read the key and the entries', async () => {
  const folder = temporaryFolder()
  const vault = open(folder)
  await vault.set('a', 'b')
  expect(statSync(join(folder, 'vault.key')).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'vault.json')).mode & 0o777).toBe(0o600)
  expect(await vault.kind()).toBe('file')
})

test('an entry moved under another name, or changed by one bit, does not open', async () => {
  const folder = temporaryFolder()
  const vault = open(folder)
  await vault.set('mine', 'secret')
  const path = join(folder, 'vault.json')
  const file = JSON.parse(readFileSync(path, 'utf8'))
  const bytes = Buffer.from(file.entries.mine, 'base64')
  bytes[bytes.length - 1]! ^= 1
  file.entries = { ...file.entries, other: file.entries.mine, changed: bytes.toString('base64'), short: 'AAAA' }
  writeFileSync(path, JSON.stringify(file))
  const said: string[] = []
  const again = open(folder, said)
  expect(await again.get('mine')).toBe('secret')
  for (const name of ['other', 'changed', 'short']) expect(await again.get(name)).toBeUndefined()
  expect(said).toHaveLength(3)
})

test('two secrets equal in text differ at rest', async () => {
  const folder = temporaryFolder()
  const vault = open(folder)
  await vault.set('a', 'same')
  const first = JSON.parse(readFileSync(join(folder, 'vault.json'), 'utf8')).entries.a
  await vault.set('a', 'same')
  expect(JSON.parse(readFileSync(join(folder, 'vault.json'), 'utf8')).entries.a).not.toBe(first)
})

test('a vault that cannot be read is set aside, not destroyed, and a new one begins', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'vault.json'), '{"format":99')
  const said: string[] = []
  const vault = open(folder, said)
  expect(await vault.get('session')).toBeUndefined()
  await vault.set('session', 'new')
  expect(await vault.get('session')).toBe('new')
  expect((await readdir(folder)).some((name) => name.startsWith('vault.json.unreadable-'))).toBe(true)
  expect(said[0]).toContain('set aside')
})

test('writers at the same time do not lose each other’s entries', async () => {
  const folder = temporaryFolder()
  const vault = open(folder)
  await Promise.all(Array.from({ length: 20 }, (_, i) => vault.set(`entry${i}`, String(i))))
  const again = open(folder)
  for (let i = 0; i < 20; i++) expect(await again.get(`entry${i}`)).toBe(String(i))
})

test('a keychain that is locked once is asked again', async () => {
  const folder = temporaryFolder()
  let tries = 0
  const vault = createVault({
    folder,
    log: () => undefined,
    keeper: {
      load: async () => {
        if (tries++ === 0) throw new Error('locked')
        return { key: Buffer.alloc(32, 7), kind: 'keychain' }
      },
    },
  })
  await expect(vault.set('a', 'b')).rejects.toThrow('locked')
  await vault.set('a', 'b')
  expect(await vault.get('a')).toBe('b')
})

test('the session is remembered, told of, and forgotten', async () => {
  const folder = temporaryFolder()
  const heard: unknown[] = []
  const first = createSession({ vault: open(folder) })
  first.onChange((session) => heard.push(session))
  expect(await first.get()).toBeNull()
  await first.set(session)
  expect(await createSession({ vault: open(folder) }).get()).toEqual(session)
  await first.clear()
  expect(await first.get()).toBeNull()
  expect(await createSession({ vault: open(folder) }).get()).toBeNull()
  expect(heard).toEqual([session, null])
})

test('a session of another shape is no session', async () => {
  const folder = temporaryFolder()
  await open(folder).set('session', JSON.stringify({ token: 'only' }))
  expect(await createSession({ vault: open(folder) }).get()).toBeNull()
})
