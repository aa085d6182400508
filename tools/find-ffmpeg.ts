import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createTools, installCommand, needed } from '../main/services/media/tools.ts'

/** A mirror that does not answer must not hold up everything else. */
const patienceMs = 5 * 60_000

const canRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** For tests: an ffmpeg with all that recipes use, as the studio finds it; root on Debian installs one that is missing. */
export async function requireFfmpeg(): Promise<{ ffmpeg: string; ffprobe: string }> {
  let lacking: string[] = []
  const look = async () => {
    const tools = await createTools({ setting: async () => '' })
      .need()
      .catch(() => undefined)
    lacking = tools ? needed.filter((name) => !tools.has(name)) : []
    return tools && lacking.length === 0 ? { ffmpeg: tools.ffmpeg, ffprobe: tools.ffprobe } : undefined
  }
  const found = await look()
  if (found) return found
  if (process.getuid?.() === 0 && canRun('/usr/bin/apt-get')) {
    console.log('Installing ffmpeg from Debian …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const options = { stdio: 'inherit', timeout: patienceMs, env } as const
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'ffmpeg'], options)
    const installed = await look()
    if (installed) return installed
  }
  const why = lacking.length > 0 ? `The ffmpeg found lacks ${lacking.join(', ')}` : 'No ffmpeg was found'
  throw new Error(`${why}. Install one: ${installCommand()}`)
}
