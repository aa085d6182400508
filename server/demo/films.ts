import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const filmSize = { width: 640, height: 360 }
export const filmMs = 8000
export const recordingMs = 20_000

const sound = (seconds: number) =>
  `aevalsrc='(random(0)*2-1)*0.2*(0.4+0.6*abs(sin(t*0.6)))+0.03*sin(2*PI*110*t)':d=${seconds},lowpass=f=900`
const aac = ['-c:a', 'aac', '-b:a', '96k']

/**
 * A film of water and wind that never were, with the picture shown before it, and a recording of the wind alone. Null
 * where this machine has no ffmpeg that can, or none that can within `limitMs` for each: the samples do without then.
 */
export async function makeFilms(limitMs = 60_000): Promise<{ film: Buffer; poster: Buffer; recording: Buffer } | null> {
  const folder = await mkdtemp(join(tmpdir(), 'grover-demo-'))
  const make = async (name: string, ...args: string[]): Promise<Buffer> => {
    const limits = { timeout: limitMs, killSignal: 'SIGKILL' } as const
    await run('ffmpeg', ['-v', 'error', '-nostdin', ...args, join(folder, name)], limits)
    return await readFile(join(folder, name))
  }
  const { width, height } = filmSize
  const sea = `gradients=s=${width}x${height}:r=25:d=${filmMs / 1000}:speed=0.008:c0=#12343b:c1=#c9b37e:c2=#6f9a94:c3=#e8dcc0:nb_colors=4`
  const picture = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '30', '-pix_fmt', 'yuv420p', '-g', '50']
  try {
    const inputs = ['-f', 'lavfi', '-i', sea, '-f', 'lavfi', '-i', sound(filmMs / 1000)]
    const film = await make('film.mp4', ...inputs, ...picture, ...aac, '-movflags', '+faststart')
    const poster = await make('poster.jpg', '-ss', '2', '-i', join(folder, 'film.mp4'), '-frames:v', '1')
    const recording = await make('recording.m4a', '-f', 'lavfi', '-i', sound(recordingMs / 1000), ...aac)
    return { film, poster, recording }
  } catch (error) {
    if (!isUnable(error)) throw error
    return null
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Whether ffmpeg was not found, gave up by itself or was ended: any other trouble is not its own. */
function isUnable(error: unknown): boolean {
  const { code, syscall, signal } = error as { code?: unknown; syscall?: string; signal?: string | null }
  const isNotFound = code === 'ENOENT' && syscall?.startsWith('spawn') === true
  return isNotFound || typeof code === 'number' || typeof signal === 'string'
}
