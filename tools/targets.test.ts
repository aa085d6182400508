import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../main/testing/folder.ts'
import { build, isStale, type Target } from './targets.ts'

/** A build that copies one word, or fails when it is `broken`. */
function target(root: string): Target {
  mkdirSync(join(root, 'source/deep'), { recursive: true })
  writeFileSync(join(root, 'source/deep/word'), 'one')
  const script = `const fs = require('node:fs'); const [folder, source] = process.argv.slice(1)
    const word = fs.readFileSync(source, 'utf8'); fs.mkdirSync(folder, { recursive: true }); fs.writeFileSync(folder + '/proof', word)
    if (word === 'broken') { console.error('line 7 is wrong'); process.exit(1) }`
  return {
    name: 'word',
    sources: [join(root, 'source'), join(root, 'absent')],
    output: join(root, 'dist/word'),
    proof: 'proof',
    command: (folder) => ['-e', script, folder, join(root, 'source/deep/word')],
  }
}

test('it is built when it is missing or a source is newer, and not otherwise', async () => {
  const root = temporaryFolder()
  const word = target(root)
  expect(isStale(word)).toBe(true)
  mkdirSync(join(root, 'dist'))
  await build(word, root)
  expect(isStale(word)).toBe(false)
  const later = new Date(Date.now() + 5000)
  utimesSync(join(root, 'source/deep/word'), later, later)
  expect(isStale(word)).toBe(true)
})

test('a build that fails says why and leaves the last good one in place', async () => {
  const root = temporaryFolder()
  const word = target(root)
  mkdirSync(join(root, 'dist'))
  await build(word, root)
  writeFileSync(join(root, 'source/deep/word'), 'broken')
  await expect(build(word, root)).rejects.toThrow(/word could not be built[\s\S]*line 7 is wrong/)
  expect(readFileSync(join(word.output, 'proof'), 'utf8')).toBe('one')
  expect(readdirSync(join(root, 'dist'))).toEqual(['word'])
})

test('two builds at once end in one whole result', async () => {
  const root = temporaryFolder()
  const word = target(root)
  mkdirSync(join(root, 'dist'))
  await Promise.all([build(word, root), build(word, root), build(word, root)])
  expect(existsSync(join(word.output, 'proof'))).toBe(true)
  expect(readdirSync(join(root, 'dist'))).toEqual(['word'])
})
