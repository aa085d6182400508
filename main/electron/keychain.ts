import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SafeStorage } from 'electron'
import { isMissing, setAside, writeAtomic } from '../services/files.ts'
import type { Log } from '../services/log.ts'
import { createFileKey, type KeyKeeper } from '../services/vault-key.ts'

/**
 * The vault's key, encrypted by the operating system's keychain. Where there is none it falls back to a file that only this user
 * may read. On Linux without a keyring Electron encrypts with a fixed password (`basic_text`): that is as good as plain,
 * and the studio says so.
 */
export function createKeychainKey(options: {
  safeStorage: Pick<
    SafeStorage,
    'isEncryptionAvailable' | 'encryptString' | 'decryptString' | 'getSelectedStorageBackend'
  >
  folder: string
  log: Log
  platform?: NodeJS.Platform
}): KeyKeeper {
  const { safeStorage, folder, log, platform = process.platform } = options
  const path = join(folder, 'vault.keychain')
  return {
    async load() {
      if (!safeStorage.isEncryptionAvailable()) return createFileKey(folder).load()
      const isPlain = platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text'
      const kind = isPlain ? 'plain' : 'keychain'
      const sealed = await readFile(path).catch((error: unknown) => {
        if (isMissing(error)) return undefined
        throw error
      })
      if (sealed) {
        try {
          const key = Buffer.from(safeStorage.decryptString(sealed), 'base64')
          if (key.length === 32) return { key, kind }
        } catch (error) {
          log('The keychain does not open the vault’s key; you will be asked to sign in again.', error)
        }
        await setAside(path, Date.now())
      }
      const key = randomBytes(32)
      await writeAtomic(path, safeStorage.encryptString(key.toString('base64')))
      return { key, kind }
    },
  }
}
