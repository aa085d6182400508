import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { JobResult, JobState, Recipe } from '../../../shared/contract/media.ts'
import { readText, setAside, writeAtomic } from '../files.ts'
import type { Log } from '../log.ts'
import { createQueue } from '../queue.ts'

export const Job = Type.Object({
  id: Type.String(),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** What a new original is called. */
  name: Type.String(),
  recipe: Type.Unsafe<Recipe>(Recipe),
  state: JobState,
  problem: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
  result: Type.Union([JobResult, Type.Null()]),
  fellBack: Type.Optional(Type.Boolean()),
})
export type Job = Static<typeof Job>

const format = 1
const File = Type.Object({
  format: Type.Literal(format),
  /** Path of the ffmpeg that the person chose; empty: whatever is found. */
  ffmpeg: Type.String(),
  prefersHardware: Type.Boolean(),
  parallel: Type.Integer({ minimum: 1, maximum: 8 }),
  jobs: Type.Array(Job),
})
export type Kept = Omit<Static<typeof File>, 'format'>

const atFirst: Kept = { ffmpeg: '', prefersHardware: true, parallel: 1, jobs: [] }

/** What the engine keeps on disk: jobs in order of asking, and its settings. */
export function createJobList({ path, log, now = Date.now }: { path: string; log: Log; now?: () => number }) {
  const inTurn = createQueue()
  let known: Kept | undefined

  async function read(): Promise<Kept> {
    known ??= (await stored()) ?? atFirst
    return known
  }

  async function stored(): Promise<Kept | undefined> {
    const text = await readText(path)
    if (text === undefined) return undefined
    try {
      // What an older studio did not know yet is as at first.
      const { format: _, ...kept } = Value.Parse(File, { ...atFirst, ...JSON.parse(text) })
      // What ran when the studio ended has to start over.
      const jobs = kept.jobs.map((job) => (job.state === 'running' ? { ...job, state: 'waiting' as const } : job))
      return { ...kept, jobs }
    } catch (error) {
      log(`The list of media jobs could not be read and was set aside as ${await setAside(path, now())}.`, error)
      return undefined
    }
  }

  return {
    read: () => inTurn(read),
    /** Written when this resolves; resolves with what is kept now. Errors: `storage_full`, and nothing is changed. */
    change: (edit: (kept: Kept) => Kept) =>
      inTurn(async () => {
        const next = edit(await read())
        await writeAtomic(path, JSON.stringify({ format, ...next }))
        known = next
        return next
      }),
  }
}
