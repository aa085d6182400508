import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { extractFile, listPackage, statFile } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { FuseState } from '@electron/fuses/dist/constants.js'
import { Arch } from 'electron-builder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { carryFfmpeg } from '../../tools/pack-ffmpeg.ts'
import { build as buildShell, targets } from '../../tools/targets.ts'
import { createTools } from '../services/media/tools.ts'

// Electron's program is a download. A stub stands in for it: a file with the marker in which a real one keeps its fuses
// (https://github.com/electron/fuses), so that packing, archive and fuses are those of the real packager.
const root = resolve(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'grover-pack-'))
const app = join(home, 'app')
const unpacked = join(home, 'out/linux-unpacked')
const archive = join(unpacked, 'resources/app.asar')
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

afterAll(() => rmSync(home, { recursive: true, force: true }))

/** The parts of the repository that packing reads: sharp, a module that must stay out, and a renderer of two files. */
async function prepare(): Promise<void> {
  mkdirSync(join(app, 'dist/renderer/assets'), { recursive: true })
  writeFileSync(join(app, 'dist/renderer/index.html'), '<!doctype html>')
  writeFileSync(join(app, 'dist/renderer/assets/a.js.map'), '{}')
  for (const name of ['sharp', '@img', 'detect-libc', 'semver', 'rxdb'])
    cpSync(join(root, 'node_modules', name), join(app, 'node_modules', name), { recursive: true })
  const { dependencies, ...about } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({
      ...about,
      optionalDependencies: {},
      dependencies: { sharp: dependencies.sharp, rxdb: dependencies.rxdb },
    }),
  )
  await buildShell({ ...targets(root).electron, output: join(app, 'dist/electron') }, root)

  const stub = join(home, 'electron')
  mkdirSync(join(stub, 'resources'), { recursive: true })
  const wire = Buffer.from([1, 8, ...Buffer.from('1'.repeat(8))])
  writeFileSync(join(stub, 'electron'), Buffer.concat([Buffer.from('\x7fELF'), Buffer.from(sentinel), wire]), {
    mode: 0o755,
  })
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version']) writeFileSync(join(stub, name), '45.4.1')
}

beforeAll(async () => {
  if (process.platform !== 'linux') return
  await prepare()
  const { build, Platform } = await import('electron-builder')
  await build({
    projectDir: app,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: {
      extends: join(root, 'electron-builder.yml'),
      electronDist: join(home, 'electron'),
      electronVersion: '45.4.1',
      directories: { output: join(home, 'out'), buildResources: join(root, 'main/electron/assets') },
      afterPack: carryFfmpeg(),
    },
  })
}, 180_000)

test('the configuration is valid by the packager’s own schema', async () => {
  const { getConfig, validateConfiguration } = await import('app-builder-lib/out/util/config/config.js')
  const { DebugLogger } = await import('builder-util')
  const config = await getConfig(root, 'electron-builder.yml', null)
  await expect(validateConfiguration(config, new DebugLogger(false))).resolves.toBeUndefined()
  await expect(validateConfiguration({ ...config, nonsense: true } as never, new DebugLogger(false))).rejects.toThrow(
    /nonsense/,
  )
})

test('on macOS the signed program may hear and see, and says why', async () => {
  const { getConfig } = await import('app-builder-lib/out/util/config/config.js')
  const { mac } = await getConfig(root, 'electron-builder.yml', null)
  const allowed = (path: string) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/<key>(.+)<\/key>\s*<true\/>/g)].map(([, key]) => key)
  for (const path of [mac?.entitlements, mac?.entitlementsInherit])
    expect(allowed(path ?? '').sort()).toEqual([
      'com.apple.security.cs.allow-jit',
      'com.apple.security.cs.allow-unsigned-executable-memory',
      'com.apple.security.cs.disable-library-validation',
      'com.apple.security.device.audio-input',
      'com.apple.security.device.camera',
    ])
  expect(mac?.extendInfo).toMatchObject({
    NSMicrophoneUsageDescription: expect.stringMatching(/\.$/),
    NSCameraUsageDescription: expect.stringMatching(/\.$/),
  })
})

test.runIf(process.platform === 'linux')('the archive holds the built studio and no module but sharp', () => {
  const files = listPackage(archive, { isPack: false })
  for (const path of [
    '/package.json',
    '/dist/electron/main/main.js',
    '/dist/electron/preload/preload.cjs',
    '/dist/renderer/index.html',
  ])
    expect(files).toContain(path)
  expect(files.filter((path) => path.endsWith('.map') || path.endsWith('.test.ts'))).toEqual([])
  const modules = new Set(files.map((path) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]))
  for (const name of modules) expect(name ?? 'sharp').toMatch(/^(sharp|@img(\/.*)?|detect-libc|semver)$/)
  expect(modules).toContain('sharp')
  const { main } = JSON.parse(extractFile(archive, 'package.json').toString()) as { main: string }
  expect(files).toContain(`/${main}`)
})

test.runIf(process.platform === 'linux')('native libraries lie outside the archive, where they can be loaded', () => {
  const native = listPackage(archive, { isPack: false }).filter((path) => path.endsWith('.node'))
  expect(native.length).toBeGreaterThan(0)
  for (const path of native) {
    expect(statFile(archive, path.slice(1))).toMatchObject({ unpacked: true })
    expect(existsSync(join(`${archive}.unpacked`, path))).toBe(true)
  }
})

test.runIf(process.platform === 'linux')('the fuses are blown as they should be in the packed program', async () => {
  const wire = await getCurrentFuseWire(join(unpacked, 'grover-studio'))
  const on = [
    FuseV1Options.EnableCookieEncryption,
    FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    FuseV1Options.OnlyLoadAppFromAsar,
  ]
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
  ]
  for (const fuse of on) expect(wire[fuse]).toBe(FuseState.ENABLE)
  for (const fuse of off) expect(wire[fuse]).toBe(FuseState.DISABLE)
})

test.runIf(process.platform === 'linux')(
  'the packed app finds its own ffmpeg, complete and with its licence',
  async () => {
    const resources = join(unpacked, 'resources')
    const tools = await createTools({ setting: async () => '', resources }).state()
    expect(tools).toMatchObject({ ffmpeg: { from: 'bundled' }, ffprobe: { from: 'bundled' }, lacking: [], advice: '' })
    const read = (name: string) => readFileSync(join(resources, 'ffmpeg', name), 'utf8')
    expect(read('GPL-3.0.txt')).toMatch(/GNU GENERAL PUBLIC LICENSE\s+Version 3/)
    for (const { path, version } of [tools.ffmpeg!, tools.ffprobe!]) {
      expect(path.startsWith(resources)).toBe(true)
      // Of each it is said which build it is and who made it.
      expect(read('README.txt')).toContain(/-g([0-9a-f]{7})/.exec(version)?.[1] ?? version)
    }
  },
)

test('another ffmpeg may be packed, and one that is missing is named', async () => {
  const folder = join(home, 'programs')
  const resources = join(home, 'resources')
  const context = (platform: string) =>
    ({
      packager: { getResourcesDir: () => resources },
      appOutDir: home,
      arch: Arch.arm64,
      electronPlatformName: platform,
    }) as never
  await expect(carryFfmpeg()(context('freebsd'))).rejects.toThrow(/no ffmpeg for freebsd-arm64.*--ffmpeg FOLDER/s)
  mkdirSync(folder)
  for (const name of ['ffmpeg.exe', 'ffprobe.exe', 'LICENSE.txt', 'ffplay.exe']) writeFileSync(join(folder, name), name)
  await carryFfmpeg(folder)(context('win32'))
  expect(readdirSync(join(resources, 'ffmpeg')).sort()).toEqual([
    'GPL-3.0.txt',
    'LICENSE.txt',
    'README.txt',
    'ffmpeg.exe',
    'ffprobe.exe',
  ])
  await expect(carryFfmpeg(folder)(context('linux'))).rejects.toThrow(/no ffmpeg in /)
})
