import { randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { EncryptionState } from '../../shared/contract/encryption.ts'
import { fail } from '../../shared/errors.ts'
import { createQueue } from './queue.ts'
import { seal, unseal } from './seal.ts'
import type { Vault } from './vault.ts'

type Of = { workspaceId: string }

/** The key under which a workspace is kept on this device: in the vault, with a passphrase only wrapped by that. */
export type Encryption = {
  state(of: Of): Promise<EncryptionState>
  turnOn(of: Of): Promise<void>
  turnOff(of: Of): Promise<void>
  setPassphrase(wish: Of & { old?: string; next: string | null }): Promise<void>
  unlock(wish: Of & { passphrase: string }): Promise<void>
  lock(of: Of): Promise<void>
  /** 32 bytes. Errors: `studio_locked`, `key_unavailable`, `not_found` where there never was one. */
  key(of: Of): Promise<Buffer>
  forget(of: Of): Promise<void>
}

type Wrapped = { salt: string; cost: number; sealed: string }
/** What the vault holds. After turning off the key stays: another browser of this host may still have sealed documents. */
type Entry = { isOn: boolean } & ({ key: string } | { wrapped: Wrapped })

/** scrypt's N: 64 MB and some tenths of a second for each guess. */
const usualCost = 2 ** 16
const blockSize = 8
const shortest = 8
/** Typing mistakes are free; from then on each wrong one doubles the wait. */
const freeAttempts = 2
const longestPauseSeconds = 300

const derive = promisify(scrypt) as (
  passphrase: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>

export function createEncryption(options: { vault: Vault; now?: () => number; cost?: number }): Encryption {
  const { vault, now = Date.now, cost = usualCost } = options
  const inTurn = createQueue()
  /** What has been unwrapped since the host began, until it is locked. */
  const unlocked = new Map<string, Buffer>()
  const failures = new Map<string, { count: number; until: number }>()
  const nameOf = (workspaceId: string) => `encryption:${workspaceId}`

  /** Never undefined for a key that is there and does not open: a new one over it would lose what it sealed. */
  async function read(workspaceId: string): Promise<Entry | undefined> {
    const name = nameOf(workspaceId)
    const text = await vault.get(name).catch(keyUnavailable)
    if (text !== undefined) return JSON.parse(text) as Entry
    if (await vault.has(name)) keyUnavailable()
    return undefined
  }
  const write = (workspaceId: string, entry: Entry) => vault.set(nameOf(workspaceId), JSON.stringify(entry))

  async function keyOf(workspaceId: string, entry: Entry): Promise<Buffer> {
    if ('key' in entry) return Buffer.from(entry.key, 'base64')
    return unlocked.get(workspaceId) ?? fail('studio_locked', 'This studio is locked. Unlock it with its passphrase.')
  }

  /** The key, by a passphrase that somebody entered. */
  async function attempt(workspaceId: string, wrapped: Wrapped, passphrase: string): Promise<Buffer> {
    const { count, until } = failures.get(workspaceId) ?? { count: 0, until: 0 }
    const leftSeconds = Math.ceil((until - now()) / 1000)
    if (leftSeconds > 0)
      fail('too_many_requests', `Too many wrong passphrases. Try again in ${leftSeconds} seconds.`, {
        retryAfterSeconds: leftSeconds,
      })
    const key = await unwrap(wrapped, passphrase, workspaceId)
    if (key) {
      failures.delete(workspaceId)
      return key
    }
    const over = count + 1 - freeAttempts
    const pauseSeconds = over > 0 ? Math.min(longestPauseSeconds, 2 ** (over - 1)) : 0
    failures.set(workspaceId, { count: count + 1, until: now() + pauseSeconds * 1000 })
    fail('passphrase_wrong', 'This is not the passphrase of this studio.', { retryAfterSeconds: pauseSeconds })
  }

  async function existing(workspaceId: string): Promise<Entry> {
    return (await read(workspaceId)) ?? fail('not_found', 'This studio has never been encrypted on this device.')
  }

  return {
    state: ({ workspaceId }) =>
      inTurn(async () => {
        const entry = await read(workspaceId).catch(() => null)
        if (entry === null) return { is: 'unavailable', hasPassphrase: false }
        if (!entry?.isOn) return { is: 'off', hasPassphrase: false }
        const hasPassphrase = 'wrapped' in entry
        return { is: hasPassphrase && !unlocked.has(workspaceId) ? 'locked' : 'open', hasPassphrase }
      }),
    turnOn: ({ workspaceId }) =>
      inTurn(async () => {
        const kept = await read(workspaceId)
        if (!kept?.isOn)
          await write(workspaceId, { ...(kept ?? { key: randomBytes(32).toString('base64') }), isOn: true })
      }),
    turnOff: ({ workspaceId }) =>
      inTurn(async () => {
        const entry = await read(workspaceId)
        if (!entry?.isOn) return
        const key = await keyOf(workspaceId, entry)
        await write(workspaceId, { isOn: false, key: key.toString('base64') })
        unlocked.delete(workspaceId)
      }),
    setPassphrase: ({ workspaceId, old = '', next }) =>
      inTurn(async () => {
        const entry = await existing(workspaceId)
        if (!entry.isOn) fail('not_found', 'This studio is not encrypted on this device.')
        if (next !== null && [...next.normalize('NFKC')].length < shortest)
          fail('passphrase_weak', `A passphrase has at least ${shortest} characters. Several words are best.`)
        const key =
          'wrapped' in entry ? await attempt(workspaceId, entry.wrapped, old) : await keyOf(workspaceId, entry)
        if (next === null) {
          await write(workspaceId, { isOn: true, key: key.toString('base64') })
          unlocked.delete(workspaceId)
        } else {
          await write(workspaceId, { isOn: true, wrapped: await wrap(key, next, workspaceId, cost) })
          unlocked.set(workspaceId, key)
        }
      }),
    unlock: ({ workspaceId, passphrase }) =>
      inTurn(async () => {
        const entry = await existing(workspaceId)
        if ('wrapped' in entry) unlocked.set(workspaceId, await attempt(workspaceId, entry.wrapped, passphrase))
      }),
    lock: ({ workspaceId }) => inTurn(async () => void unlocked.delete(workspaceId)),
    key: ({ workspaceId }) => inTurn(async () => keyOf(workspaceId, await existing(workspaceId))),
    forget: ({ workspaceId }) =>
      inTurn(async () => {
        await vault.delete(nameOf(workspaceId))
        unlocked.delete(workspaceId)
        failures.delete(workspaceId)
      }),
  }
}

function keyUnavailable(): never {
  fail(
    'key_unavailable',
    'What is kept here is encrypted, and this device does not open its key. Unlock the system’s keychain, or bring the studio’s files back, and start again.',
  )
}

/** The same words give the same key, however the keyboard composes their letters. */
const wrappingKey = (passphrase: string, salt: Buffer, N: number): Promise<Buffer> =>
  derive(passphrase.normalize('NFKC'), salt, 32, { N, r: blockSize, p: 1, maxmem: 256 * N * blockSize })

async function wrap(key: Buffer, passphrase: string, workspaceId: string, cost: number): Promise<Wrapped> {
  const salt = randomBytes(16)
  const sealed = seal(key.toString('base64'), `passphrase:${workspaceId}`, await wrappingKey(passphrase, salt, cost))
  return { salt: salt.toString('base64'), cost, sealed }
}

/** Null for another passphrase. */
async function unwrap({ salt, cost, sealed }: Wrapped, passphrase: string, workspaceId: string) {
  const wrapping = await wrappingKey(passphrase, Buffer.from(salt, 'base64'), cost)
  try {
    return Buffer.from(unseal(sealed, `passphrase:${workspaceId}`, wrapping), 'base64')
  } catch {
    return null
  }
}
