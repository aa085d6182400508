import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../testing/folder.ts'
import { realTools, studioMedia } from '../../testing/media.ts'
import { createTools, installCommand, needed, searched } from './tools.ts'

const real = realTools()

function onPath(...folders: string[]) {
  const { PATH } = process.env
  process.env.PATH = folders.join(':')
  onTestFinished(() => {
    process.env.PATH = PATH
  })
}

/** A program that calls itself by that version and names all that recipes use, and no hardware. */
function program(folder: string, name: 'ffmpeg' | 'ffprobe', version: string) {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(
    path,
    [
      '#!/bin/sh',
      `[ "$1" = -version ] && echo "${name} version ${version} Copyright" && exit`,
      `[ "$2" = -encoders ] && echo '${needed.map((one) => ` V.S... ${one}`).join('\n')}'`,
      'exit 0',
    ].join('\n'),
  )
  chmodSync(path, 0o755)
  return path
}

test('what is there is told with its place, its version and what it lacks', async () => {
  const state = await createTools({ setting: async () => '' }).state()
  expect(state.ffmpeg).toMatchObject({ path: real.ffmpeg, version: expect.stringMatching(/\d/) })
  expect(state.ffprobe?.path).toBe(real.ffprobe)
  // The one that tests run with has all that recipes use: `requireFfmpeg` sees to it.
  expect(state).toMatchObject({ lacking: [], advice: '', encoder: expect.stringMatching(/264/) })
})

test.skipIf(process.platform === 'win32')(
  'the person’s own goes first, then what came with the app, then what the system has, then npm’s',
  async () => {
    const folder = temporaryFolder()
    for (const place of ['own', 'app/ffmpeg', 'system'])
      for (const name of ['ffmpeg', 'ffprobe'] as const) program(join(folder, place), name, place)
    onPath(join(folder, 'system'))
    const found = async (setting: string, resources?: string) => {
      const tools = createTools({ setting: async () => setting, ...(resources ? { resources } : {}) })
      const { ffmpeg, ffprobe } = await tools.state()
      return [ffmpeg?.from, ffmpeg?.version, ffprobe?.version]
    }
    expect(await found(join(folder, 'own/ffmpeg'), join(folder, 'app'))).toEqual(['setting', 'own', 'own'])
    expect(await found('', join(folder, 'app'))).toEqual(['bundled', 'app/ffmpeg', 'app/ffmpeg'])
    expect(await found('')).toEqual(['path', 'system', 'system'])
    expect(await found(join(folder, 'gone/ffmpeg'))).toEqual(['path', 'system', 'system'])
    onPath(join(folder, 'empty'))
    program(join(folder, 'npm'), 'ffmpeg', 'npm')
    const packages = (name: string) => [join(folder, 'npm', name)]
    const state = await createTools({ setting: async () => '', packages }).state()
    expect(state).toMatchObject({ ffmpeg: { from: 'package', version: 'npm' }, ffprobe: null })
    expect(state.advice).toContain('ffprobe')
  },
)

test.skipIf(process.platform === 'win32')(
  'a build that lacks something is told by what, and with what to do',
  async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'poor'))
    program(join(folder, 'poor'), 'ffprobe', '1')
    writeFileSync(
      join(folder, 'poor/ffmpeg'),
      '#!/bin/sh\n[ "$1" = -version ] && echo "ffmpeg version 9 Copyright"\nexit 0\n',
      { mode: 0o755 },
    )
    const { lacking, advice } = await createTools({ setting: async () => join(folder, 'poor/ffmpeg') }).state()
    expect(lacking).toContain('libx264')
    expect(advice).toContain('libx264')
    expect(advice).toContain(installCommand())
  },
)

test.skipIf(process.platform === 'win32')(
  'a build that lacks something is looked at each time, but its hardware is tried once',
  async () => {
    const folder = temporaryFolder()
    const tried = join(folder, 'tried')
    program(folder, 'ffprobe', '1')
    const named = ['h264_nvenc', ...needed.filter((name) => name !== 'zscale')]
    const lines = [
      '#!/bin/sh',
      '[ "$1" = -version ] && echo "ffmpeg version 9 Copyright" && exit',
      `[ "$2" = -encoders ] && echo '${named.map((one) => ` V.S... ${one}`).join('\n')}' && exit`,
      `case "$*" in *h264_nvenc*) echo once >> '${tried}'; exit 1 ;; esac`,
    ]
    writeFileSync(join(folder, 'ffmpeg'), lines.join('\n'), { mode: 0o755 })
    const tools = createTools({ setting: async () => join(folder, 'ffmpeg') })
    const times = () => readFileSync(tried, 'utf8').split('\n').length - 1
    const encoder = async () => (await (await tools.need()).encoder()).name
    // As jobs do that run side by side.
    expect(await Promise.all([encoder(), tools.state(), encoder()])).toMatchObject([
      'libx264',
      { lacking: ['zscale'], hardware: [{ name: 'h264_nvenc', works: false }] },
      'libx264',
    ])
    await encoder()
    expect(times()).toBe(1)
    // The person chose anew: a driver may have come.
    tools.lookAgain()
    await encoder()
    expect(times()).toBe(2)
  },
)

test('an own ffmpeg is taken only where one runs, and is remembered', async () => {
  const { media, folder } = studioMedia(temporaryFolder(), undefined, true)
  const own = program(join(folder, 'own'), 'ffmpeg', 'mine')
  const choose = media.useTools
  for (const wrong of [join(folder, 'nothing'), dirname(own), '/bin/echo'])
    await expect(choose(wrong)).rejects.toMatchObject({ code: 'media_tools_missing', message: /\.$/ })
  expect((await choose(own)).ffmpeg).toMatchObject({ from: 'setting', version: 'mine' })
  await media.stop()
  const next = studioMedia(folder, undefined, true)
  expect((await next.media.tools()).ffmpeg?.version).toBe('mine')
  for (const name of ['ffmpeg', 'ffprobe'] as const) program(join(folder, 'system'), name, 'system')
  onPath(join(folder, 'system'))
  expect((await next.media.useTools('')).ffmpeg).toMatchObject({ from: 'path', version: 'system' })
})

test('what is installed after it was missed is found by the next look', async () => {
  const folder = temporaryFolder()
  onPath(folder)
  const tools = createTools({ setting: async () => '', packages: () => [] })
  expect(await tools.state()).toMatchObject({ ffmpeg: null, encoder: '' })
  await expect(tools.need()).rejects.toMatchObject({ code: 'media_tools_missing' })
  for (const name of ['ffmpeg', 'ffprobe'] as const) program(folder, name, 'new')
  expect(await tools.state()).toMatchObject({ ffmpeg: { version: 'new' }, advice: '', encoder: expect.any(String) })
  expect(await tools.need()).toMatchObject({ ffmpeg: join(folder, 'ffmpeg') })
})

test('an app that was started from the Dock finds what Homebrew installed', () => {
  expect(searched('darwin', '/usr/bin:/bin')).toEqual(['/usr/bin', '/bin', '/opt/homebrew/bin', '/usr/local/bin'])
  expect(searched('linux', '/usr/bin')).toEqual(['/usr/bin'])
})

test.skipIf(process.platform === 'win32')('no other program is run, whatever the page names', async () => {
  const { media, folder } = studioMedia(temporaryFolder(), undefined, true)
  const ran = join(folder, 'ran')
  const other = join(folder, 'other')
  writeFileSync(other, `#!/bin/sh\ntouch '${ran}'\necho "ffmpeg version 9"\n`, { mode: 0o755 })
  onPath(folder, process.env.PATH ?? '')
  symlinkSync(other, join(folder, 'ffmpeg'))
  const choose = media.useTools
  for (const named of [other, 'other', 'ffmpeg', './ffmpeg', '\\\\host\\share\\ffmpeg'])
    await expect(choose(named), named).rejects.toMatchObject({ code: 'media_tools_missing', message: /\.$/ })
  expect(existsSync(ran)).toBe(false)
})

test('each system is told its own way to install it', () => {
  expect(installCommand('darwin')).toBe('brew install ffmpeg')
  expect(installCommand('win32')).toBe('winget install ffmpeg')
  expect(installCommand('linux')).toBe('sudo apt-get install ffmpeg')
})
