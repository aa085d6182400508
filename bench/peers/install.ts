import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dirname

/** Installs the peers as the lock names them, once. They are no part of the project's own `npm ci`. */
export function installPeers(): void {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; optional?: boolean }>
  }
  const isThere = Object.entries(packages).every(([path, { version, optional }]) => {
    const file = join(folder, path, 'package.json')
    return path === '' || optional || (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version)
  })
  if (isThere) return
  console.log('  installing the peers (npm ci --prefix bench/peers)')
  // leveldown comes with its binaries, so no script has to run.
  const args = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']
  const { status, error } = spawnSync('npm', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error('The peers could not be installed.', { cause: error })
}
