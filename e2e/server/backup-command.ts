import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../processes.ts'

/** Runs `npm run backup` or `npm run restore`, as they are. */
export async function runBackup(command: 'backup' | 'restore', args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['server/backup/start.ts', command, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const [code] = (await once(child, 'exit')) as [number]
  return { code, output }
}
