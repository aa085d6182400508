import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaProbe, MediaTools } from '../../../shared/contract/media.ts'
import { fail } from '../../../shared/errors.ts'
import type { Blobs } from '../blobs.ts'
import { asStorageFull } from '../files.ts'
import type { Log } from '../log.ts'
import { createTakeIn } from './import.ts'
import { createJobList } from './job-list.ts'
import { createJobs } from './jobs.ts'
import { createSeenMemory, probe } from './probe.ts'
import { createProcesses } from './processes.ts'
import { cook } from './recipes/index.ts'
import { createTools, type ToolFinder } from './tools.ts'

export type Media = ReturnType<typeof createMedia>

/**
 * Films, recordings and pictures: taken in, looked at, and worked on. `folder`: the studio's own; `resources`: what came with the
 * app, where there is such a folder.
 */
export function createMedia({
  folder,
  resources,
  blobs,
  log,
  patienceMs,
  ...parts
}: {
  folder: string
  resources?: string
  blobs: Blobs
  log: Log
  /** Instead of those that are looked for as the person set it. */
  tools?: ToolFinder
  /** For each program of the hardware's self-test. */
  patienceMs?: number
}) {
  const list = createJobList({ path: join(folder, 'media.json'), log })
  const processes = createProcesses()
  // Beside the store, on its file system: what is made is moved there, not copied.
  const work = join(folder, 'blobs', 'work')
  const own = createTools({
    setting: async () => (await list.read()).ffmpeg,
    prefersHardware: async () => (await list.read()).prefersHardware,
    processes,
    // Where a program that outlives a killed studio is found by the next, which empties it at its start.
    scratch: async () => {
      await jobs.ready()
      await mkdir(work, { recursive: true, mode: 0o700 }).catch(asStorageFull)
      return work
    },
    ...(resources === undefined ? {} : { resources }),
    ...(patienceMs === undefined ? {} : { patienceMs }),
  })
  const { tools = own } = parts
  const memory = createSeenMemory()
  const takeIn = createTakeIn({ blobs, tools, processes, memory })
  const jobs = createJobs({ list, folder: work, blobs, processes, findTools: tools.need, memory, cook, log })

  return {
    takeIn,
    jobs,
    tools: () => tools.state(),
    async useTools(ffmpeg: string): Promise<MediaTools> {
      await tools.check(ffmpeg)
      await list.change((kept) => ({ ...kept, ffmpeg }))
      tools.lookAgain()
      return tools.state()
    },
    async preferHardware(on: boolean): Promise<MediaTools> {
      await list.change((kept) => ({ ...kept, prefersHardware: on }))
      return tools.state()
    },
    async probe(hash: string): Promise<MediaProbe> {
      const found = await blobs.findLocal(hash)
      if (!found) return fail('not_found', 'This file is not on this device. Open it on the one that took it in.')
      const { streams: _, ...seen } = await memory.of(hash, async () =>
        probe(found.path, await tools.need(), processes.crew()),
      )
      return seen
    },
    async stop() {
      await Promise.all([jobs.stop(), own.stop()])
      await processes.stop()
    },
  }
}
