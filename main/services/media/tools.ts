import { spawn } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path'
import type { MediaTools } from '../../../shared/contract/media.ts'
import { fail } from '../../../shared/errors.ts'

export type Tool = NonNullable<MediaTools['ffmpeg']>
type From = Tool['from']
/** What the engine works with, both there. */
export type Tools = { ffmpeg: string; ffprobe: string; has(name: string): boolean }

/** What recipes use of ffmpeg, where a build may lack it. */
const encoders = ['libx264', 'aac', 'libmp3lame', 'png', 'mjpeg']
const filters = ['scale', 'overlay', 'loudnorm', 'subtitles', 'tonemap', 'zscale', 'tile']
const muxers = ['mp4', 'hls', 'ipod', 'mp3']
const hardwareEncoders = ['h264_videotoolbox', 'h264_nvenc', 'h264_qsv', 'h264_amf', 'h264_vaapi', 'h264_v4l2m2m']

const patienceMs = 10_000

/** The command that installs ffmpeg here. */
export const installCommand = (platform: NodeJS.Platform = process.platform): string => {
  if (platform === 'darwin') return 'brew install ffmpeg'
  if (platform === 'win32') return 'winget install ffmpeg'
  return 'sudo apt-get install ffmpeg'
}

const exe = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name)

const mayRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The npm packages that carry a binary, where npm installed one for this machine. */
function packaged(name: 'ffmpeg' | 'ffprobe'): string[] {
  try {
    const own = `@${name}-installer/${process.platform}-${process.arch}/package.json`
    const path = join(dirname(createRequire(import.meta.url).resolve(own)), exe(name))
    // ffprobe's comes without the bit that lets anybody but its owner run it.
    if (existsSync(path) && !mayRun(path)) chmodSync(path, 0o755)
    return [path]
  } catch {
    return []
  }
}

/** Not on the PATH of an app that was started from the Dock. */
const brewFolders = ['/opt/homebrew/bin', '/usr/local/bin']

/** Where each could be, in order: what the person set, what came with the app, what the system has, what npm brought. */
function places(name: 'ffmpeg' | 'ffprobe', setting: string, resources: string): [From, string][] {
  const set = name === 'ffmpeg' ? setting : setting && join(dirname(setting), exe(name))
  return [
    ...(set ? [['setting', set] as [From, string]] : []),
    ...(resources ? [['bundled', join(resources, 'ffmpeg', exe(name))] as [From, string]] : []),
    ...[
      ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
      ...(process.platform === 'darwin' ? brewFolders : []),
    ].map((folder): [From, string] => ['path', join(folder, exe(name))]),
    ...packaged(name).map((path): [From, string] => ['package', path]),
  ]
}

/** What a program says, or undefined when it does not run, fails or says nothing in time. */
const ask = (path: string, args: string[]) =>
  new Promise<string | undefined>((resolve) => {
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true, timeout: patienceMs })
    let out = ''
    child.stdout.on('data', (part) => (out += part))
    child.once('error', () => resolve(undefined))
    child.once('close', (code) => resolve(code === 0 ? out : undefined))
  })

async function find(name: 'ffmpeg' | 'ffprobe', setting: string, resources: string): Promise<Tool | null> {
  for (const [from, path] of places(name, setting, resources)) {
    if (!mayRun(path)) continue
    const version = (await ask(path, ['-version']))?.match(new RegExp(`^${name} version (\\S+)`))?.[1]
    if (version) return { path, version, from }
  }
  return null
}

/** Names in a listing such as ` V....D libx264   …` or `  E mp4   …`. */
const namesIn = (listing = '') =>
  new Set([...listing.matchAll(/^ +[A-Z.|>]+ +([\w,]+)/gm)].flatMap(([, names = '']) => names.split(',')))

const trial = (encoder: string) => [
  ...['-hide_banner', '-nostdin', '-v', 'error'],
  ...(encoder === 'h264_vaapi' ? ['-vaapi_device', '/dev/dri/renderD128'] : []),
  ...['-f', 'lavfi', '-i', 'color=black:s=320x240:d=0.2'],
  ...(encoder === 'h264_vaapi' ? ['-vf', 'format=nv12,hwupload'] : []),
  ...['-frames:v', '2', '-c:v', encoder, '-f', 'null', '-'],
]

function adviceFor(ffmpeg: Tool | null, ffprobe: Tool | null, lacking: string[]): string {
  const command = installCommand()
  if (!ffmpeg) return `Films and recordings need ffmpeg, which was not found. Install it: ${command}`
  if (!ffprobe) return `ffmpeg is here (${ffmpeg.path}), but not ffprobe, which comes with it. Install both: ${command}`
  if (lacking.length > 0)
    return `This ffmpeg (${ffmpeg.path}) lacks ${lacking.join(', ')}. Install a complete one: ${command}`
  return ''
}

export type ToolFinder = ReturnType<typeof createTools>

/** Looks for ffmpeg and ffprobe once, when they are first asked for. `resources`: the folder that came with the app. */
export function createTools({ setting, resources = '' }: { setting: () => Promise<string>; resources?: string }) {
  let found: Promise<MediaTools & { names: Set<string> }> | undefined
  let hardware: Promise<MediaTools['hardware']> | undefined

  async function look() {
    const path = await setting()
    const [ffmpeg, ffprobe] = await Promise.all([find('ffmpeg', path, resources), find('ffprobe', path, resources)])
    const names = new Set<string>()
    if (ffmpeg)
      for (const list of await Promise.all(
        ['-encoders', '-filters', '-muxers'].map((which) => ask(ffmpeg.path, ['-hide_banner', which])),
      ))
        for (const name of namesIn(list)) names.add(name)
    const lacking = ffmpeg ? [...encoders, ...filters, ...muxers].filter((name) => !names.has(name)) : []
    return { ffmpeg, ffprobe, lacking, hardware: [], advice: adviceFor(ffmpeg, ffprobe, lacking), names }
  }

  /** One after the other: they share the hardware that is tried. */
  async function tryHardware(): Promise<MediaTools['hardware']> {
    const { ffmpeg, names } = await known()
    const tried: MediaTools['hardware'] = []
    for (const name of hardwareEncoders.filter((one) => names.has(one)))
      tried.push({ name, works: (await ask(ffmpeg!.path, trial(name))) !== undefined })
    return tried
  }

  const known = () => (found ??= look())

  return {
    async state(): Promise<MediaTools> {
      hardware ??= tryHardware()
      const { names: _, ...state } = await known()
      return { ...state, hardware: await hardware }
    },
    /** Error: `media_tools_missing`. */
    async need(): Promise<Tools> {
      const { ffmpeg, ffprobe, advice, names } = await known()
      if (!ffmpeg || !ffprobe) {
        // It may be installed by the next time somebody asks.
        found = undefined
        return fail('media_tools_missing', advice)
      }
      return { ffmpeg: ffmpeg.path, ffprobe: ffprobe.path, has: (name) => names.has(name) }
    },
    /** Throws `media_tools_missing` when no ffmpeg runs at `path`. */
    async check(path: string): Promise<void> {
      // The page may name it, and what it names is run.
      const isProgram = isAbsolute(path) && !path.startsWith('\\\\') && basename(path) === exe('ffmpeg')
      if (path && !isProgram) fail('media_tools_missing', 'Name the program ffmpeg on this machine by its whole path.')
      if (path && !(await ask(path, ['-version']))?.startsWith('ffmpeg version'))
        fail('media_tools_missing', `No ffmpeg runs at ${path}. Choose the program itself, not its folder.`)
    },
    lookAgain() {
      found = undefined
      hardware = undefined
    },
  }
}
