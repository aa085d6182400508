import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../testing/folder.ts'
import { isCutOff } from './boxes.ts'

const box = (type: string, size: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(size)
  bytes.write(type, 4, 'latin1')
  return bytes
}

function file(...parts: Buffer[]) {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'film')
  writeFileSync(path, Buffer.concat(parts))
  return path
}

test('a file made of nothing but heads is given up, and given up at once when nobody waits for it any more', async () => {
  const heads = Buffer.concat(new Array(200_000).fill(box('free', 8)))
  // Beyond what is looked at.
  const path = file(heads, box('mdat', 1000))
  expect(await isCutOff(path)).toBe(false)
  expect(await isCutOff(file(heads.subarray(0, 800), box('mdat', 1000)))).toBe(true)
  await expect(isCutOff(path, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
})
