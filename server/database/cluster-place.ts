import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, chown, mkdir, stat } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export type Account = { uid: number; gid: number }

/** Where one cluster lives: its data, its programs, its socket, and the account it runs as when we are root. */
export type ClusterPlace = { data: string; binaries: string; socket: string; account: Account | undefined }

/** The server's own data folder where none is named: root's or the operating system's custom. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Grover')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Grover')
  if (process.getuid?.() === 0) return '/var/lib/grover'
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'grover')
}

/** PostgreSQL refuses to run as root: the account it runs as instead. */
function unprivilegedAccount(): Account {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = accounts.find((a) => a[0] === 'postgres') ?? accounts.find((a) => a[0] === 'nobody')
  if (!found) throw new Error('PostgreSQL cannot run as root, and neither the account postgres nor nobody exists.')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

async function reachable(path: string, account: Account): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const info = await stat(folder)
    const open =
      info.uid === account.uid ? info.mode & 0o100 : info.gid === account.gid ? info.mode & 0o010 : info.mode & 0o001
    if (!open) return false
    if (folder === dirname(folder)) return true
  }
}

const nameOf = (path: string) => createHash('sha256').update(resolve(path)).digest('hex').slice(0, 16)

/**
 * Finds the place for the cluster of `dataDir`. As root, PostgreSQL runs as an unprivileged account which must reach
 * its files: where a folder above is closed to it (a 0700 home), the cluster goes to `/var/lib/grover/clusters` instead.
 */
export async function placeCluster(dataDir: string): Promise<ClusterPlace> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const asRoot = process.getuid?.() === 0
  if (!asRoot) {
    const socket = join(tmpdir(), `grover-${process.getuid?.() ?? 'user'}-${nameOf(dataDir)}`)
    await mkdir(socket, { recursive: true, mode: 0o700 })
    const info = await stat(socket)
    if (process.getuid && info.uid !== process.getuid())
      throw new Error(`The folder ${socket} belongs to another account; remove it or set TMPDIR.`)
    await chmod(socket, 0o700)
    return { data: join(dataDir, 'postgres'), binaries: dataDir, socket, account: undefined }
  }
  const account = unprivilegedAccount()
  // Passing through the data folder is allowed, listing it is not; its own secrets are 0600 and root's.
  await chmod(dataDir, 0o711)
  let home = dataDir
  if (!(await reachable(dataDir, account))) {
    home = join('/var/lib/grover/clusters', nameOf(dataDir))
    await mkdir(home, { recursive: true, mode: 0o711 })
  }
  const data = join(home, 'postgres')
  const socket = join('/var/lib/grover/sockets', nameOf(dataDir))
  for (const folder of [data, socket]) {
    await mkdir(folder, { recursive: true, mode: 0o711 })
    await chmod(folder, 0o700)
    await chown(folder, account.uid, account.gid)
  }
  return { data, binaries: home, socket, account }
}
