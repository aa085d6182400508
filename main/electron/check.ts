import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

/** `npm run electron:check`: proves the Electron shell as far as it can be without Electron's program. */
const root = resolve(import.meta.dirname, '../..')
const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'main/electron'], {
  cwd: root,
  stdio: 'inherit',
})
child.once('exit', (code) => process.exit(code ?? 1))
