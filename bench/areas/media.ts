import { spawn } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBlobs } from '../../main/services/blobs.ts'
import { createMedia } from '../../main/services/media/index.ts'
import type { Recipe } from '../../shared/contract/media.ts'
import { requireFfmpeg } from '../../tools/find-ffmpeg.ts'
import { atLeast, atMost, type Figure, median } from '../figure.ts'

const runs = Number(process.env.BENCH_RUNS ?? 5)
const filmSeconds = 60

/** What the media engine adds to the programs it works with, and what it saves. Every pair is measured turn by turn. */
export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'grover-bench-media-'))
  const { ffmpeg } = await requireFfmpeg()
  const blobs = createBlobs({ folder: join(folder, 'blobs'), fetchBlob: async () => undefined })
  const media = createMedia({ folder, blobs, log: console.error })

  /** ffmpeg by itself, at the priority that the engine gives it; resolves with the milliseconds it took. */
  const bare = (...args: string[]) =>
    new Promise<number>((resolve, reject) => {
      const began = performance.now()
      const child = spawn(ffmpeg, ['-nostdin', '-v', 'error', '-y', ...args], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
      child.once('error', reject)
      child.once('close', (code) =>
        code === 0
          ? resolve(performance.now() - began)
          : reject(new Error(`ffmpeg ${args.join(' ')} ended with ${code}`)),
      )
    })

  /** A job from asking to its result, in milliseconds. */
  async function made(hash: string, recipe: Recipe): Promise<number> {
    const began = performance.now()
    const { id } = await media.jobs.start({ hash, recipe })
    for await (const { jobs } of media.jobs.watch()) {
      const job = jobs.find((one) => one.id === id)
      if (job?.state === 'failed') throw new Error(`${recipe.kind}: ${job.problem?.message}`)
      if (job?.state === 'done') break
    }
    const took = performance.now() - began
    await media.jobs.forget(id)
    return took
  }
  const take = async (name: string) => (await media.takeIn(name, createReadStream(join(folder, name)))).id

  try {
    await media.tools()
    const noisy = ['-f', 'lavfi', '-i', `testsrc2=s=1920x1080:r=30:d=${filmSeconds},noise=alls=12:allf=t`]
    const tone = ['-f', 'lavfi', '-i', `sine=d=${filmSeconds}`]
    const h264 = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '60',
      '-b:v',
      '8M',
      '-maxrate',
      '9M',
      '-bufsize',
      '9M',
      '-pix_fmt',
      'yuv420p',
    ]
    await bare(...noisy, ...tone, ...h264, '-c:a', 'aac', 'fits.mp4')
    // The same, in a wrapping of samples that no browser takes: all of it has to be encoded.
    await bare('-i', 'fits.mp4', '-c:v', 'copy', '-an', '-t', '20', 'part.mp4')
    await bare('-i', 'part.mp4', '-c:v', 'mpeg4', '-q:v', '3', 'unfit.mp4')
    const [fits, part, unfit] = [await take('fits.mp4'), await take('part.mp4'), await take('unfit.mp4')]

    // The very command that the engine runs for `unfit.mp4`, by hand.
    const web = [
      '-i',
      'unfit.mp4',
      '-map',
      '0:v:0',
      '-vf',
      'fps=30,scale=1920:1080,setsar=1,format=yuv420p',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      '21',
    ]
    const limits = [
      '-profile:v',
      'high',
      '-maxrate',
      '5391000',
      '-bufsize',
      '10782000',
      '-force_key_frames',
      'expr:gte(t,n_forced*4)',
    ]
    const alone: number[] = []
    const ours: number[] = []
    for (let round = 0; round < runs; round++) {
      alone.push(await bare(...web, ...limits, '-map_metadata', '-1', '-movflags', '+faststart', 'web.mp4'))
      ours.push(await made(unfit, { kind: 'web', loudness: false }))
    }

    const whole = [
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      '21',
      '-profile:v',
      'high',
      '-c:a',
      'aac',
      '-movflags',
      '+faststart',
    ]
    const transcoded = await bare('-i', 'fits.mp4', ...whole, 'whole.mp4')
    const copied: number[] = []
    for (let round = 0; round < runs; round++) copied.push(await made(fits, { kind: 'web', loudness: false }))

    const rung = (height: number, bits: number) => [
      ...[
        '-i',
        'part.mp4',
        '-vf',
        `fps=30,scale=-2:${height},setsar=1,format=yuv420p`,
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-crf',
        '21',
      ],
      ...[
        '-profile:v',
        'high',
        '-maxrate',
        String(bits),
        '-bufsize',
        String(2 * bits),
        '-force_key_frames',
        'expr:gte(t,n_forced*4)',
      ],
      ...[
        '-f',
        'hls',
        '-hls_time',
        '4',
        '-hls_playlist_type',
        'vod',
        '-hls_segment_type',
        'fmp4',
        '-hls_flags',
        'single_file',
        `${height}.m3u8`,
      ],
    ]
    const ladder: number[] = []
    const commands: number[] = []
    for (let round = 0; round < runs; round++) {
      let sum = 0
      for (const [height, bits] of [
        [1080, 5_391_000],
        [720, 2_396_000],
        [480, 1_065_000],
        [240, 400_000],
      ] as const)
        sum += await bare(...rung(height, bits))
      commands.push(sum)
      ladder.push(await made(part, { kind: 'hls', loudness: false }))
    }

    // Two hours: the same minute again and again; of few bits, because only the way to the place counts.
    await bare(
      '-i',
      'fits.mp4',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '60',
      '-b:v',
      '300k',
      '-c:a',
      'aac',
      '-b:a',
      '64k',
      'thin.mp4',
    )
    await bare('-stream_loop', '119', '-i', 'thin.mp4', '-c', 'copy', 'hours.mp4')
    const hours = await take('hours.mp4')
    rmSync(join(folder, 'hours.mp4'))
    const posters: number[] = []
    for (const part of [0.1, 0.35, 0.6, 0.85, 0.99])
      posters.push(await made(hours, { kind: 'poster', atMs: Math.round(7_200_000 * part) }))

    return [
      atMost('web MP4: the engine over bare ffmpeg', median(ours) / median(alone), '×', 1.03),
      atLeast(
        `smart copy of ${filmSeconds} s of 1080p: times as fast as transcoding`,
        transcoded / median(copied),
        '×',
        30,
      ),
      atMost(
        'ladder of four rungs in one command over a command for each',
        median(ladder) / median(commands),
        '×',
        0.8,
      ),
      atMost('poster of a film of 2 h, slowest of five places', Math.max(...posters) / 1000, 's', 0.5),
    ]
  } finally {
    await media.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
