import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createTools, installCommand } from '../main/services/media/tools.ts'

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
  const look = async () => {
    const { ffmpeg, ffprobe } = await createTools({ setting: async () => '' })
      .need()
      .catch(() => ({ ffmpeg: '', ffprobe: '' }))
    return ffmpeg && { ffmpeg, ffprobe }
  }
  const found = await look()
  if (found) return found
  if (process.getuid?.() === 0 && canRun('/usr/bin/apt-get')) {
    console.log('Installing ffmpeg from Debian …')
    const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'ffmpeg'], options)
    const installed = await look()
    if (installed) return installed
  }
  throw new Error(`No ffmpeg was found. Install one: ${installCommand()}`)
}
