import { expect, test } from 'vitest'
import { createZipWriter } from '../../../main/services/zip-writer.ts'
import { openZip } from './zip-reader.ts'

async function zipOf(files: Record<string, string>, mend: (bytes: Buffer) => void = () => {}): Promise<Blob> {
  const parts: Uint8Array[] = []
  const zip = createZipWriter(async (bytes) => void parts.push(bytes))
  for (const [path, text] of Object.entries(files)) await zip.add(path, Buffer.from(text), { store: text.length < 10 })
  await zip.finish()
  const bytes = Buffer.concat(parts)
  mend(bytes)
  return new Blob([bytes])
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    (error: { code: string }) => error.code,
  )

test('what the host writes is read back, packed or not, with names in any script', async () => {
  const long = 'Sea salt. '.repeat(5000)
  const zip = await openZip(await zipOf({ 'posts/grüße-塩.md': long, 'short.txt': 'salt' }))
  expect(zip.entries.map(({ path, bytes }) => [path, bytes])).toEqual([
    ['posts/grüße-塩.md', 50_000],
    ['short.txt', 4],
  ])
  expect(text(await zip.read('posts/grüße-塩.md', 100_000))).toBe(long)
  expect(text(await zip.read('short.txt', 100))).toBe('salt')
})

test.each(['../out.json', 'a/../../out.json', '/etc/passwd', 'C:/x.json', 'a\\..\\b.json', 'a/./b', ''])(
  'a name that leads out is refused: %j',
  async (path) => {
    expect(await code(zipOf({ [path]: 'x' }).then(openZip))).toBe('archive_unsafe')
  },
)

test('a bomb is refused by what it declares, and one that lies as soon as it has unfolded to more', async () => {
  const bomb = await zipOf({ 'documents/posts/a.json': ' '.repeat(5_000_000) })
  expect(await code(openZip(bomb).then((zip) => zip.read('documents/posts/a.json', 2_000_000)))).toBe(
    'archive_too_large',
  )
  const liar = await zipOf({ 'a.json': ' '.repeat(5_000_000) }, (bytes) => {
    bytes.writeUInt32LE(1000, bytes.indexOf('PK\x01\x02', 0, 'latin1') + 24)
  })
  expect(await code(openZip(liar).then((zip) => zip.read('a.json', 2_000_000)))).toBe('archive_invalid')
})

test('what is damaged or no zip is named, never half read', async () => {
  expect(await code(openZip(new Blob(['no zip at all, but long enough to be one'])))).toBe('archive_invalid')
  expect(await code(openZip(new Blob([])))).toBe('archive_invalid')
  const whole = await zipOf({ 'a.json': '{"a": 1, "b": "a longer one"}' })
  expect(await code(openZip(whole.slice(0, whole.size - 30)))).toBe('archive_invalid')
  const flipped = await zipOf({ 'a.txt': 'salt' }, (bytes) => {
    bytes[bytes.indexOf('salt')] = 0x53
  })
  expect(await code(openZip(flipped).then((zip) => zip.read('a.txt', 10)))).toBe('archive_invalid')
})
