import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { type Dirent, existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A part of the product that is built: what it is made of, what it becomes, and who builds it. */
export type Target = {
  name: string
  sources: string[]
  /** Folder the build fills, and the file in it that is written last. */
  output: string
  proof: string
  /** Arguments for Node that build into `folder`. */
  command(folder: string): string[]
}

export const targets = (root: string) => {
  const paths = (...names: string[]) => names.map((name) => join(root, name))
  const tool = (program: string, words: string[], to: string, level: string) => (folder: string) => [
    join(root, 'node_modules', program),
    ...words,
    to,
    folder,
    level,
    'warn',
  ]
  return {
    renderer: {
      name: 'renderer',
      sources: paths('renderer', 'shared', 'vite.config.ts', 'package-lock.json'),
      output: join(root, 'dist/renderer'),
      proof: 'index.html',
      command: tool('vite/bin/vite.js', ['build'], '--outDir', '--logLevel'),
    } satisfies Target,
    electron: {
      name: 'Electron shell',
      sources: paths('main', 'shared', 'electron.vite.config.ts', 'package-lock.json'),
      output: join(root, 'dist/electron'),
      proof: 'main/main.js',
      command: tool('electron-vite/bin/electron-vite.js', ['build'], '--outDir', '--logLevel'),
    } satisfies Target,
    programs: {
      name: 'server',
      sources: paths('server', 'main', 'shared', 'tools', 'rolldown.config.mjs', 'package-lock.json'),
      output: join(root, 'dist/programs'),
      proof: 'server.js',
      command: tool('rolldown/bin/cli.mjs', ['-c', join(root, 'rolldown.config.mjs')], '--dir', '--log-level'),
    } satisfies Target,
  }
}

/** Whether the target has to be built: it is missing, or something it is made of is newer. */
export function isStale(target: Target): boolean {
  const proof = join(target.output, target.proof)
  return !existsSync(proof) || newest(target.sources) > statSync(proof).mtimeMs
}

export class BuildFailed extends Error {}

/**
 * A program of this repository as one built file, where that is up to date; loading it takes a third of the time that
 * loading its hundreds of source files does. Undefined where the sources are to be run.
 */
export function builtProgram(root: string, name: 'server' | 'studio'): string | undefined {
  const { programs } = targets(root)
  return isStale(programs) ? undefined : pathToFileURL(join(programs.output, `${name}.js`)).href
}

/**
 * Builds into a folder beside the place and swaps it in whole, so that a studio that runs, or a build that fails, never
 * meets half of one. Errors: BuildFailed, with what the build said.
 */
export async function build(target: Target, root: string, signal?: AbortSignal): Promise<void> {
  const draft = `${target.output}.${randomBytes(4).toString('hex')}`
  const begun = new Date()
  try {
    const { code, said } = await run(target.command(draft), root, signal)
    if (code !== 0 || !existsSync(join(draft, target.proof)))
      throw new BuildFailed(`The ${target.name} could not be built.\n${said}`.trimEnd())
    // What is changed while this builds is newer than it.
    utimesSync(join(draft, target.proof), begun, begun)
    put(draft, target.output)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** A folder cannot be renamed over another; whoever builds at the same time may come in between, with the same result. */
function put(draft: string, output: string): void {
  const old = `${draft}.old`
  for (let tries = 0; ; tries++)
    try {
      if (existsSync(output)) renameSync(output, old)
      renameSync(draft, output)
      break
    } catch (error) {
      if (tries === 10) throw error
    } finally {
      rmSync(old, { recursive: true, force: true })
    }
}

const run = (args: string[], cwd: string, signal: AbortSignal | undefined) =>
  new Promise<{ code: number; said: string }>((resolve, reject) => {
    const options = {
      cwd,
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
      ...(signal ? { signal } : {}),
    }
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, said }))
  })

function newest(paths: string[]): number {
  let latest = 0
  for (const path of paths) {
    if (!existsSync(path)) continue
    const info = statSync(path)
    const inside = info.isDirectory()
      ? newest(readdirSync(path, { withFileTypes: true }).filter(counts).map(at(path)))
      : 0
    latest = Math.max(latest, info.mtimeMs, inside)
  }
  return latest
}

const counts = (entry: Dirent) => entry.name !== 'node_modules' && !entry.name.endsWith('.test.ts')
const at = (folder: string) => (entry: Dirent) => join(folder, entry.name)
