import { randomBytes } from 'node:crypto'
import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, writeAtomic } from './files.ts'

export type SecretsKind = 'keychain' | 'file' | 'plain'

/** Where the vault's key rests. `load` gives the 32 bytes, making them the first time, and says how well they are kept. */
export type KeyKeeper = { load(): Promise<{ key: Buffer; kind: SecretsKind }> }

/** The key in a file that only this user may read: for hosts without a keychain. */
export function createFileKey(folder: string): KeyKeeper {
  const path = join(folder, 'vault.key')
  return {
    async load() {
      let key: Buffer
      try {
        key = Buffer.from(await readFile(path, 'utf8'), 'base64')
      } catch (error) {
        if (!isMissing(error)) throw error
        key = Buffer.alloc(0)
      }
      if (key.length !== 32) {
        key = randomBytes(32)
        await writeAtomic(path, key.toString('base64'))
      }
      return { key, kind: await readableByOthers(path) }
    },
  }
}

/** Some disks (FAT, some network folders) know no modes: then the file protects nothing and the studio says so. */
async function readableByOthers(path: string): Promise<SecretsKind> {
  if (process.platform === 'win32') return 'file'
  await chmod(path, 0o600)
  return (await stat(path)).mode & 0o077 ? 'plain' : 'file'
}
