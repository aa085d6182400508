import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folder.ts'
import { createArchive } from './archive.ts'

function archiveIn(home: string) {
  const archive = createArchive({ folder: () => home, blobs: { read: async () => undefined } })
  const file = (text: string) => [{ path: 'a.txt', text }]
  return {
    ...archive,
    file,
    /** One whole export under this name. */
    async write(name: string, text: string): Promise<string> {
      const { id } = await archive.open({ name })
      await archive.add({ id, files: file(text) })
      return (await archive.finish({ id })).path
    },
  }
}

test('an export that was replaced by another is told so and leaves the other alone', async () => {
  const home = temporaryFolder()
  const archive = archiveIn(home)
  const first = await archive.open({ name: 'mine' })
  const second = await archive.open({ name: 'mine' })
  await expect(archive.add({ id: first.id, files: archive.file('first') })).rejects.toMatchObject({ code: 'not_found' })
  await archive.discard(first)
  await archive.add({ id: second.id, files: archive.file('second') })
  const { path } = await archive.finish(second)
  expect(readdirSync(home)).toEqual([basename(path)])
})

test('an export never takes the place of an earlier one', async () => {
  const home = temporaryFolder()
  const archive = archiveIn(home)
  const first = await archive.write('mine', 'in the morning')
  const morning = readFileSync(first)
  const later = [await archive.write('mine', 'at noon'), await archive.write('mine', 'at night')]
  expect([first, ...later].map((path) => basename(path))).toEqual(['mine.zip', 'mine-2.zip', 'mine-3.zip'])
  expect(readFileSync(first)).toEqual(morning)
})

test('an export that could not be written leaves nothing, and the next one can be', async () => {
  const home = temporaryFolder()
  const archive = archiveIn(home)
  const { id } = await archive.open({ name: 'mine' })
  const twice = [...archive.file('x'), ...archive.file('x')]
  await expect(archive.add({ id, files: twice })).rejects.toThrow()
  expect(readdirSync(home)).toEqual([])
  await expect(archive.finish({ id })).rejects.toMatchObject({ code: 'not_found' })
  expect(basename(await archive.write('mine', 'again'))).toBe('mine.zip')
})
