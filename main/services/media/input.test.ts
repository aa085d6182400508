import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localServer } from '../../testing/http.ts'
import { ffmpeg, film, realTools } from '../../testing/media.ts'
import { argumentsOf } from './command.ts'
import { guarded, input, quietly } from './input.ts'

const run = promisify(execFile)
const home = mkdtempSync(join(tmpdir(), 'grover-input-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
beforeAll(() => film(home, 'secret.mp4'))

const copy = (name: string, guard: string[]) =>
  run(realTools().ffmpeg, [...quietly, ...guard, '-i', `file:${join(home, name)}`, '-c', 'copy', '-f', 'null', '-'], {
    cwd: home,
  })

/** Files that name another file; each is one that ffmpeg would follow. */
const traps: [string, string][] = [
  ['playlist.mp4', '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsecret.mp4\n#EXT-X-ENDLIST\n'],
  ['list.mp4', "ffconcat version 1.0\nfile 'secret.mp4'\n"],
]
test.each(traps)('%s, which names another file, is followed by a bare ffmpeg and not by ours', async (name, text) => {
  writeFileSync(join(home, name), text)
  const bare = name === 'playlist.mp4' ? ['-allowed_extensions', 'ALL', '-f', 'hls'] : []
  await expect(copy(name, bare)).resolves.toBeDefined()
  await expect(copy(name, guarded)).rejects.toThrow(/Invalid data found|not in whitelist|whitelist/i)
})

test('no address is asked, whatever a file says', async () => {
  const server = await localServer((_, response) => void response.writeHead(404).end())
  const address = `${server.origin}/film.ts`
  writeFileSync(join(home, 'far.mp4'), `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${address}\n#EXT-X-ENDLIST\n`)
  await copy('far.mp4', guarded).catch(() => undefined)
  expect(server.heard).toEqual([])
  // It is one that a bare ffmpeg does ask.
  await copy('far.mp4', ['-protocol_whitelist', 'file,http,tcp', '-f', 'hls']).catch(() => undefined)
  expect(server.heard.length).toBeGreaterThan(0)
})

test('a film whose folder has a difficult name is opened', async () => {
  const path = join(home, "it's 100 %d: {odd} – 🎬.mp4")
  await ffmpeg(home, '-i', 'secret.mp4', '-c', 'copy', path)
  const nowhere = { inputs: [input(path)], outputs: [{ target: '-', options: ['-f', 'null'] }] }
  await expect(run(realTools().ffmpeg, [...quietly, ...argumentsOf(nowhere)])).resolves.toBeDefined()
})
