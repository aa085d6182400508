import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeFilms } from './films.ts'

// Windows finds programs in another way.
describe.skipIf(process.platform === 'win32')('the samples do without films', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grover-no-films-'))
    vi.stubEnv('PATH', folder)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true, force: true })
  })
  const ffmpeg = async (script: string) => {
    await writeFile(join(folder, 'ffmpeg'), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, 'ffmpeg'), 0o755)
  }

  test('where there is no ffmpeg', async () => {
    expect(await makeFilms()).toBeNull()
  })

  test('where ffmpeg cannot make them', async () => {
    await ffmpeg('exit 1')
    expect(await makeFilms()).toBeNull()
  })

  test('where ffmpeg does not come to an end', async () => {
    await ffmpeg('trap "" TERM\nwhile :; do /bin/sleep 0.1; done')
    expect(await makeFilms(300)).toBeNull()
  })

  test('but what else goes wrong is told', async () => {
    // It says that all is well, and has written nothing.
    await ffmpeg('exit 0')
    await expect(makeFilms()).rejects.toThrow('film.mp4')
  })
})
