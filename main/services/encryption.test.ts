import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folder.ts'
import { createEncryption } from './encryption.ts'
import { createRescue } from './rescue.ts'
import { createVault } from './vault.ts'
import { createFileKey } from './vault-key.ts'

const of = { workspaceId: 'w1' }
const passphrase = 'salt, by the spoon'

function scene() {
  const folder = temporaryFolder()
  const said: string[] = []
  let nowMs = 1_000_000
  const log = (sentence: string, error?: unknown) => void said.push(`${sentence} ${error ?? ''}`)
  /** The host as it is after a restart. */
  const start = () => {
    const vault = createVault({ folder, keeper: createFileKey(folder), log })
    const encryption = createEncryption({ vault, now: () => nowMs, cost: 2 ** 10 })
    return { encryption, rescue: createRescue({ folder: join(folder, 'rescue'), encryption, log }) }
  }
  const pass = (seconds: number) => {
    nowMs += seconds * 1000
  }
  return { folder, said, start, pass, ...start() }
}
const everything = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

test('it is off until it is turned on; the key is the same after a restart, and another for another workspace', async () => {
  const { encryption, start } = scene()
  expect(await encryption.state(of)).toEqual({ is: 'off', hasPassphrase: false })
  await expect(encryption.key(of)).rejects.toMatchObject({ code: 'not_found' })
  await encryption.turnOn(of)
  await encryption.turnOn({ workspaceId: 'w2' })
  const key = await encryption.key(of)
  expect(key).toHaveLength(32)
  const later = start().encryption
  expect(await later.state(of)).toEqual({ is: 'open', hasPassphrase: false })
  expect(await later.key(of)).toEqual(key)
  expect(await later.key({ workspaceId: 'w2' })).not.toEqual(key)
})

test('with a passphrase a restart, and locking, asks for it; it gives back the same key', async () => {
  const { encryption, start } = scene()
  await encryption.turnOn(of)
  const key = await encryption.key(of)
  await encryption.setPassphrase({ ...of, next: passphrase })
  expect(await encryption.key(of)).toEqual(key)
  await encryption.lock(of)
  await expect(encryption.key(of)).rejects.toMatchObject({ code: 'studio_locked' })

  const { encryption: later } = start()
  expect(await later.state(of)).toEqual({ is: 'locked', hasPassphrase: true })
  await expect(later.turnOff(of)).rejects.toMatchObject({ code: 'studio_locked' })
  await expect(later.unlock({ ...of, passphrase: 'salt by the spoon' })).rejects.toMatchObject({
    code: 'passphrase_wrong',
  })
  await later.unlock({ ...of, passphrase })
  expect(await later.state(of)).toEqual({ is: 'open', hasPassphrase: true })
  expect(await later.key(of)).toEqual(key)
})

test('the passphrase is changed and removed only by who knows it, and is not a short one', async () => {
  const { encryption, start } = scene()
  await encryption.turnOn(of)
  await expect(encryption.setPassphrase({ ...of, next: 'seven77' })).rejects.toMatchObject({ code: 'passphrase_weak' })
  await encryption.setPassphrase({ ...of, next: passphrase })
  for (const next of ['another passphrase', null])
    await expect(encryption.setPassphrase({ ...of, next })).rejects.toMatchObject({ code: 'passphrase_wrong' })
  await encryption.setPassphrase({ ...of, old: passphrase, next: 'another passphrase' })
  const { encryption: later } = start()
  await expect(later.unlock({ ...of, passphrase })).rejects.toMatchObject({ code: 'passphrase_wrong' })
  await later.setPassphrase({ ...of, old: 'another passphrase', next: null })
  expect(await start().encryption.state(of)).toEqual({ is: 'open', hasPassphrase: false })
})

test('guessing is made to wait, longer each time, and the right passphrase has to wait too', async () => {
  const { encryption, start, pass } = scene()
  await encryption.turnOn(of)
  await encryption.setPassphrase({ ...of, next: passphrase })
  const { encryption: later } = start()
  const guess = () => later.unlock({ ...of, passphrase: 'a guess at it' }).catch((error) => error.details)
  expect([await guess(), await guess(), await guess()].map((details) => details.retryAfterSeconds)).toEqual([0, 0, 1])
  await expect(later.unlock({ ...of, passphrase })).rejects.toMatchObject({
    code: 'too_many_requests',
    details: { retryAfterSeconds: 1 },
  })
  pass(1)
  expect(await guess()).toEqual({ retryAfterSeconds: 2 })
  pass(2)
  await later.unlock({ ...of, passphrase })
  await later.lock(of)
  expect(await guess()).toEqual({ retryAfterSeconds: 0 })
})

test('a vault whose key is gone is said, and no new key is made over what the old one sealed', async () => {
  const { folder, encryption, start } = scene()
  await encryption.turnOn(of)
  const key = await encryption.key(of)
  const kept = readFileSync(join(folder, 'vault.key'))
  rmSync(join(folder, 'vault.key'))
  const { encryption: later } = start()
  expect(await later.state(of)).toEqual({ is: 'unavailable', hasPassphrase: false })
  for (const call of [later.key(of), later.turnOn(of), later.turnOff(of), later.unlock({ ...of, passphrase })])
    await expect(call).rejects.toMatchObject({ code: 'key_unavailable' })
  writeFileSync(join(folder, 'vault.key'), kept)
  expect(await start().encryption.key(of)).toEqual(key)
})

test('after turning off, what another browser still has sealed can be opened; turning on again takes the same key', async () => {
  const { encryption, start } = scene()
  await encryption.turnOn(of)
  const key = await encryption.key(of)
  await encryption.setPassphrase({ ...of, next: passphrase })
  await encryption.turnOff(of)
  const { encryption: later } = start()
  expect(await later.state(of)).toEqual({ is: 'off', hasPassphrase: false })
  expect(await later.key(of)).toEqual(key)
  await later.turnOn(of)
  expect(await later.key(of)).toEqual(key)
  await later.forget(of)
  await expect(later.key(of)).rejects.toMatchObject({ code: 'not_found' })
})

test('neither key nor passphrase is in a file or in the log', async () => {
  const { folder, said, encryption } = scene()
  await encryption.turnOn(of)
  const key = await encryption.key(of)
  await encryption.setPassphrase({ ...of, next: passphrase })
  await encryption.unlock({ ...of, passphrase: 'not this one' }).catch(() => {})
  const found = everything(folder) + said.join('\n')
  for (const secret of [passphrase, 'not this one', key.toString('base64'), key.toString('hex')])
    expect(found).not.toContain(secret)
})

test('a guess costs as much as it is meant to', async () => {
  const vault = createVault({ folder: temporaryFolder(), keeper: createFileKey(temporaryFolder()), log: () => {} })
  const encryption = createEncryption({ vault })
  await encryption.turnOn(of)
  await encryption.setPassphrase({ ...of, next: passphrase })
  expect(JSON.parse((await vault.get('encryption:w1'))!).wrapped.cost).toBeGreaterThanOrEqual(2 ** 15)
})

test('the mirror in files is sealed and opened with it, and both forms are read', async () => {
  const { folder, encryption, rescue, start } = scene()
  const document = (id: string) => ({
    workspaceId: 'w1',
    collection: 'posts',
    id,
    savedAt: '2026-03-01T10:00:00.000Z',
    document: { state: { id, title: 'Mussels' } },
  })
  const ids = async (from = rescue) => (await from.list(of)).map(({ id }) => id).sort()
  await rescue.keep([document('a')])
  await encryption.turnOn(of)
  await rescue.keep([document('b')])
  expect(everything(join(folder, 'rescue')).match(/Mussels/g)).toHaveLength(1)
  expect(await ids()).toEqual(['a', 'b'])
  await rescue.reform(of)
  expect(everything(join(folder, 'rescue'))).not.toContain('Mussels')
  expect(await rescue.list(of)).toContainEqual(document('a'))

  await encryption.setPassphrase({ ...of, next: passphrase })
  const later = start()
  await expect(later.rescue.list(of)).rejects.toMatchObject({ code: 'studio_locked' })
  await expect(later.rescue.keep([document('c')])).rejects.toMatchObject({ code: 'studio_locked' })
  await later.encryption.unlock({ ...of, passphrase })
  expect(await ids(later.rescue)).toEqual(['a', 'b'])
  await later.encryption.turnOff(of)
  expect(await ids(later.rescue)).toEqual(['a', 'b'])
  await later.rescue.reform(of)
  expect(everything(join(folder, 'rescue')).match(/Mussels/g)).toHaveLength(2)
  await later.rescue.discard(of)
  expect(await ids(later.rescue)).toEqual([])
})
