import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folder.ts'
import { createKeychainKey } from './keychain.ts'
import { isStudio } from './origin.ts'
import { readSettings } from './settings.ts'

test('the environment wins over the file, the file over what is usual', () => {
  const folder = temporaryFolder()
  expect(readSettings({}, folder)).toEqual({
    folder: undefined,
    serverUrl: 'http://127.0.0.1:4310',
    updates: undefined,
    hasParent: false,
  })
  writeFileSync(
    join(folder, 'settings.json'),
    JSON.stringify({ serverUrl: 'https://a.example/x', updates: 'https://u.example' }),
  )
  expect(readSettings({}, folder)).toMatchObject({ serverUrl: 'https://a.example', updates: 'https://u.example' })
  const env = { GROVER_SERVER_URL: 'https://b.example', GROVER_DATA_DIR: folder, GROVER_PARENT_PIPE: 'true' }
  expect(readSettings(env, folder)).toMatchObject({
    serverUrl: 'https://b.example',
    folder: join(folder, 'studio'),
    hasParent: true,
  })
})

test('a file that is broken, or an address that is none, does not keep the studio from opening', () => {
  const folder = temporaryFolder()
  for (const text of ['{"half', '[]', '{"serverUrl":7}', '{"serverUrl":"file:///etc"}', '{"serverUrl":"nonsense"}']) {
    writeFileSync(join(folder, 'settings.json'), text)
    expect(readSettings({}, folder).serverUrl).toBe('http://127.0.0.1:4310')
  }
})

test.each([
  ['grover-studio://app/', true],
  ['grover-studio://app/posts?x#y', true],
  ['grover-studio://app.evil/', false],
  ['grover-studio://open/posts', false],
  ['grover-studio://me@app/', false],
  ['https://app/', false],
  ['', false],
  [undefined, false],
])('%s is the studio: %s', (address, expected) => {
  expect(isStudio(address)).toBe(expected)
})

const safe = (backend: ReturnType<Electron.SafeStorage['getSelectedStorageBackend']>, isAvailable = true) => ({
  isEncryptionAvailable: () => isAvailable,
  getSelectedStorageBackend: () => backend,
  encryptString: (text: string) => Buffer.from(text.split('').reverse().join('')),
  decryptString: (bytes: Buffer) => bytes.toString().split('').reverse().join(''),
})
const keyOf = (folder: string, safeStorage: ReturnType<typeof safe>, log: string[] = []) =>
  createKeychainKey({ safeStorage, folder, platform: 'linux', log: (sentence) => void log.push(sentence) }).load()

test('the key is the same at the next start, and how well it is kept is told', async () => {
  const folder = temporaryFolder()
  const first = await keyOf(folder, safe('kwallet5'))
  expect(first.kind).toBe('keychain')
  expect((await keyOf(folder, safe('kwallet5'))).key.equals(first.key)).toBe(true)
  expect((await keyOf(folder, safe('basic_text'))).kind).toBe('plain')
})

test('without a keychain the key is in a file of this user', async () => {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  expect((await keyOf(folder, safe('unknown', false))).kind).toBe('file')
})

test('a key that the keychain no longer opens is set aside with a sentence, and a new one is made', async () => {
  const folder = temporaryFolder()
  const first = await keyOf(folder, safe('kwallet5'))
  const log: string[] = []
  const broken = {
    ...safe('kwallet5'),
    decryptString: () => {
      throw new Error('changed')
    },
  }
  expect((await keyOf(folder, broken, log)).key.equals(first.key)).toBe(false)
  expect(log[0]).toMatch(/sign in again/)
})
