import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FolderInUse, lockFolder } from './folder-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'grover-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a second taker is refused by the name of the process that has the folder, until it is given back', () => {
  const file = join(folder, 'a.lock')
  const release = lockFolder(file, 'A server')
  expect(() => lockFolder(file, 'A server')).toThrow(
    new FolderInUse(process.pid, `A server already runs on ${folder} (process ${process.pid}).`),
  )
  release()
  lockFolder(file, 'A server')()
})

test('the lock of a process that was killed is taken over', async () => {
  const file = join(folder, 'b.lock')
  const code = `import { lockFolder } from ${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)}; lockFolder(${JSON.stringify(file)}, 'x'); console.log('held'); setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  await once(child.stdout, 'data')
  expect(() => lockFolder(file, 'x')).toThrow(FolderInUse)
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockFolder(file, 'x')()
})

test('a lock whose process number now belongs to a stranger is stale', () => {
  const file = join(folder, 'c.lock')
  writeFileSync(file, `${process.ppid} 1`)
  lockFolder(file, 'x')()
})
