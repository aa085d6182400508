import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folder.ts'
import { writeAtomic } from './files.ts'
import { createUploadList, type Upload } from './upload-list.ts'

const upload = (at: number): Upload => ({ hash: at.toString(16).padStart(64, '0'), workspaceId: 'w', bytes: at })

test('edits that come together are all kept, in order, by few writes', async () => {
  const path = join(temporaryFolder(), 'uploads.json')
  let writes = 0
  const list = createUploadList({
    path,
    log: () => undefined,
    write: (...file) => {
      writes++
      return writeAtomic(...file)
    },
  })
  const all = Array.from({ length: 100 }, (_, at) => upload(at))
  await Promise.all([
    ...all.map((each) => list.add([each])),
    list.begin(all[1]!, '/api/uploads/1'),
    list.remove(all[0]!),
    list.note(all[2]!, { code: 'internal', message: 'No.', final: false }),
  ])
  const hashes = (await list.all()).map(({ hash }) => hash)
  expect(hashes).toEqual([...all.slice(1, 2), ...all.slice(3), all[2]!].map(({ hash }) => hash))
  expect((await list.all())[0]).toMatchObject({ path: '/api/uploads/1' })
  expect(JSON.parse(readFileSync(path, 'utf8')).uploads).toEqual(await list.all())
  expect(writes).toBeLessThan(10)
})
