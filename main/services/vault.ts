import { join } from 'node:path'
import { readText, setAside, writeAtomic } from './files.ts'
import type { Log } from './log.ts'
import { createQueue } from './queue.ts'
import { seal, unseal } from './seal.ts'
import type { KeyKeeper, SecretsKind } from './vault-key.ts'

/** Secrets at rest: each entry AES-256-GCM with its own nonce, bound to its name. */
export type Vault = {
  /** How well the key itself is kept; `plain` wants a warning. */
  kind(): Promise<SecretsKind>
  /** Undefined where there is no such entry, and where it does not open with this key. */
  get(name: string): Promise<string | undefined>
  /** Whether there is such an entry, also one that does not open. */
  has(name: string): Promise<boolean>
  set(name: string, secret: string): Promise<void>
  delete(name: string): Promise<void>
}

type Entries = Record<string, string>
const format = 1

export function createVault(options: { folder: string; keeper: KeyKeeper; log: Log; now?: () => number }): Vault {
  const { folder, keeper, log, now = Date.now } = options
  const path = join(folder, 'vault.json')
  const inTurn = createQueue()
  let loaded: Promise<{ key: Buffer; kind: SecretsKind }> | undefined
  // A keychain that is locked now may be open at the next call: a failure is not remembered.
  const key = () =>
    (loaded ??= keeper.load().catch((error: unknown) => {
      loaded = undefined
      throw error
    }))

  async function read(): Promise<Entries> {
    const text = await readText(path)
    if (text === undefined) return {}
    try {
      const file = JSON.parse(text) as { format?: unknown; entries?: unknown }
      if (file.format === format && typeof file.entries === 'object' && file.entries) return { ...file.entries }
    } catch {
      // Not JSON: the same as another format.
    }
    log(`The vault could not be read and was set aside as ${await setAside(path, now())}.`)
    return {}
  }

  const change = (edit: (entries: Entries, key: Buffer) => void) =>
    inTurn(async () => {
      const entries = await read()
      edit(entries, (await key()).key)
      await writeAtomic(path, JSON.stringify({ format, entries }))
    })

  return {
    kind: async () => (await key()).kind,
    get: (name) =>
      inTurn(async () => {
        const sealed = (await read())[name]
        if (typeof sealed !== 'string') return undefined
        try {
          return unseal(sealed, name, (await key()).key)
        } catch (error) {
          log(`The vault's entry «${name}» does not open with this key.`, error)
          return undefined
        }
      }),
    has: (name) => inTurn(async () => name in (await read())),
    set: (name, secret) =>
      change((entries, key) => {
        entries[name] = seal(secret, name, key)
      }),
    delete: (name) =>
      change((entries) => {
        delete entries[name]
      }),
  }
}
