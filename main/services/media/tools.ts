import { accessSync, chmodSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path'
import type { MediaTools } from '../../../shared/contract/media.ts'
import { fail } from '../../../shared/errors.ts'
import { ask } from './ask.ts'
import { type Encoder, hardwareEncoders, software } from './encoders.ts'
import { createProcesses, type Processes } from './processes.ts'
import { passes } from './self-test.ts'

export type Tool = NonNullable<MediaTools['ffmpeg']>
type From = Tool['from']
/** What the engine works with, both there. */
export type Tools = {
  ffmpeg: string
  ffprobe: string
  has(name: string): boolean
  /** The best there is for H.264; the hardware is tried when it is first asked for. */
  encoder(): Promise<Encoder>
}

/** What recipes use of ffmpeg, where a build may lack it. */
const encoders = ['libx264', 'aac', 'libmp3lame', 'png', 'mjpeg']
const filters = ['scale', 'overlay', 'loudnorm', 'subtitles', 'tonemap', 'zscale', 'tile']
const muxers = ['mp4', 'hls', 'ipod', 'mp3']
export const needed = [...encoders, ...filters, ...muxers]

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
function packaged(name: Name): string[] {
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

/** The folders in which a system keeps its programs. */
export const searched = (platform: NodeJS.Platform, path = ''): string[] => [
  ...path.split(delimiter).filter(Boolean),
  ...(platform === 'darwin' ? brewFolders : []),
]

type Name = 'ffmpeg' | 'ffprobe'
type Where = { setting: string; resources: string; packages: (name: Name) => string[] }

/** Where each could be, in order: what the person set, what came with the app, what the system has, what npm brought. */
function places(name: Name, { setting, resources, packages }: Where): [From, string][] {
  const set = name === 'ffmpeg' ? setting : setting && join(dirname(setting), exe(name))
  return [
    ...(set ? [['setting', set] as [From, string]] : []),
    ...(resources ? [['bundled', join(resources, 'ffmpeg', exe(name))] as [From, string]] : []),
    ...searched(process.platform, process.env.PATH).map((folder): [From, string] => ['path', join(folder, exe(name))]),
    ...packages(name).map((path): [From, string] => ['package', path]),
  ]
}

async function find(name: Name, where: Where): Promise<Tool | null> {
  for (const [from, path] of places(name, where)) {
    if (!mayRun(path)) continue
    const version = (await ask(path, ['-version']))?.out.match(new RegExp(`^${name} version (\\S+)`))?.[1]
    if (version) return { path, version, from }
  }
  return null
}

/** Names in a listing such as ` V....D libx264   …` or `  E mp4   …`. */
const namesIn = (listing = '') =>
  new Set([...listing.matchAll(/^ +[A-Z.|>]+ +([\w,]+)/gm)].flatMap(([, names = '']) => names.split(',')))

function adviceFor(ffmpeg: Tool | null, ffprobe: Tool | null, lacking: string[]): string {
  const command = installCommand()
  if (!ffmpeg) return `Films and recordings need ffmpeg, which was not found. Install it: ${command}`
  if (!ffprobe) return `ffmpeg is here (${ffmpeg.path}), but not ffprobe, which comes with it. Install both: ${command}`
  if (lacking.length > 0)
    return `This ffmpeg (${ffmpeg.path}) lacks ${lacking.join(', ')}. Install a complete one: ${command}`
  return ''
}

export type ToolFinder = ReturnType<typeof createTools>
type Tried = { encoder: Encoder; works: boolean }[]

/** A clip of a few seconds takes a tenth of a second; a machine has other things to do. */
const selfTestMs = 20_000

/**
 * Looks for ffmpeg and ffprobe when they are first asked for, and again while something is missing. `resources`: the
 * folder that came with the app; `scratch`: where the hardware is tried; `patienceMs`: for each program of that.
 */
export function createTools({
  setting,
  prefersHardware = async () => true,
  resources = '',
  packages = packaged,
  processes = createProcesses(),
  scratch = async () => tmpdir(),
  patienceMs = selfTestMs,
}: {
  setting: () => Promise<string>
  prefersHardware?: () => Promise<boolean>
  resources?: string
  packages?: Where['packages']
  processes?: Processes
  scratch?: () => Promise<string>
  patienceMs?: number
}) {
  let found: ReturnType<typeof look> | undefined
  /** What was tried last; `of`: with which programs. */
  let hardware: { of: string; tried: Promise<Tried> } | undefined
  /** They share the hardware that is tried, so one goes after the other. */
  let queue: Promise<unknown> = Promise.resolve()
  const stopping = new AbortController()

  async function look() {
    const where = { setting: await setting(), resources, packages }
    const [ffmpeg, ffprobe] = await Promise.all([find('ffmpeg', where), find('ffprobe', where)])
    const names = new Set<string>()
    if (ffmpeg)
      for (const list of await Promise.all(
        ['-encoders', '-filters', '-muxers'].map((which) => ask(ffmpeg.path, ['-hide_banner', which])),
      ))
        for (const name of namesIn(list?.out)) names.add(name)
    const lacking = ffmpeg ? needed.filter((name) => !names.has(name)) : []
    return { ffmpeg, ffprobe, lacking, advice: adviceFor(ffmpeg, ffprobe, lacking), names }
  }

  type Seen = Awaited<ReturnType<typeof look>>

  async function known(): Promise<Seen> {
    found ??= look()
    const seen = await found
    // It may be installed by the next time somebody asks.
    if (seen.advice) found = undefined
    return seen
  }

  const hardwareOf = ({ names }: Seen) => hardwareEncoders.filter(({ name }) => names.has(name))

  async function tryHardware(seen: Seen): Promise<Tried> {
    const { ffmpeg, ffprobe } = seen
    const tried: Tried = []
    if (!ffmpeg || !ffprobe) return tried
    const tools = { ffmpeg: ffmpeg.path, ffprobe: ffprobe.path }
    const means = { crew: processes.crew(), signal: stopping.signal, patienceMs }
    for (const encoder of hardwareOf(seen)) {
      means.signal.throwIfAborted()
      tried.push({ encoder, works: await passes(encoder, tools, { ...means, scratch: await scratch() }) })
    }
    return tried
  }

  /** Tried once for the programs that were found, however often they are looked for. */
  function triedOf(seen: Seen): Promise<Tried> {
    const of = JSON.stringify([seen.ffmpeg, seen.ffprobe, hardwareOf(seen).map(({ name }) => name)])
    if (hardware?.of === of) return hardware.tried
    const tried = queue.then(() => tryHardware(seen))
    hardware = { of, tried }
    queue = tried.catch(() => {
      // No answer is none to keep.
      if (hardware?.tried === tried) hardware = undefined
    })
    return tried
  }

  async function best(seen: Seen): Promise<Encoder> {
    if (!(await prefersHardware())) return software
    return (await triedOf(seen)).find(({ works }) => works)?.encoder ?? software
  }

  return {
    async state(): Promise<MediaTools> {
      const seen = await known()
      const { names: _, ...told } = seen
      return {
        ...told,
        hardware: (await triedOf(seen)).map(({ encoder: { name }, works }) => ({ name, works })),
        prefersHardware: await prefersHardware(),
        encoder: seen.ffmpeg ? (await best(seen)).name : '',
      }
    },
    /** Error: `media_tools_missing`. */
    async need(): Promise<Tools> {
      const seen = await known()
      const { ffmpeg, ffprobe, advice, names } = seen
      if (!ffmpeg || !ffprobe) return fail('media_tools_missing', advice)
      return { ffmpeg: ffmpeg.path, ffprobe: ffprobe.path, has: (name) => names.has(name), encoder: () => best(seen) }
    },
    /** Throws `media_tools_missing` when no ffmpeg runs at `path`. */
    async check(path: string): Promise<void> {
      // The page may name it, and what it names is run.
      const isProgram = isAbsolute(path) && !path.startsWith('\\\\') && basename(path) === exe('ffmpeg')
      if (path && !isProgram) fail('media_tools_missing', 'Name the program ffmpeg on this machine by its whole path.')
      if (path && !(await ask(path, ['-version']))?.out.startsWith('ffmpeg version'))
        fail('media_tools_missing', `No ffmpeg runs at ${path}. Choose the program itself, not its folder.`)
    },
    /** Looks anew, and tries the hardware anew: the person has changed something. */
    lookAgain() {
      found = undefined
      hardware = undefined
    },
    /** Ends the trying of hardware; whoever waits for it is told so by an error. */
    async stop(): Promise<void> {
      stopping.abort()
      await queue
    },
  }
}
