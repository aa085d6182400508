import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, type Running, removeFolder, startServer, temporaryFolder } from '../../processes.ts'
import { startHomes } from './homes.ts'
import { seededRandom } from './random.ts'
import { type Outcome, runSchedule } from './schedule.ts'

/** How many schedules run at once: more would only wait for the processors. */
export const roundSize = 7

/** A server for several schedules at once, each in a workspace of its own, which is killed and started again. */
export async function startRounds() {
  const folder = temporaryFolder('fuzz')
  const port = await freePort()
  const start = (): Promise<Running> =>
    startServer({
      dataDir: join(folder, 'data'),
      port,
      env: { GROVER_REQUESTS_PER_MINUTE: '1000000', GROVER_ATTEMPTS_PER_MINUTE: '10000' },
    })
  let server = await start()
  const homes = startHomes()
  let running: Promise<unknown> = Promise.resolve()

  async function run(seeds: readonly number[], serverKills: number): Promise<Outcome[]> {
    const at = { url: `http://127.0.0.1:${port}`, port, homes }
    const schedules = await Promise.all(seeds.map((seed) => runSchedule(seed, at)))
    const living = Promise.all(schedules.map((schedule) => schedule.live()))
    let isOver = false
    const over = living.finally(() => {
      isOver = true
    })
    over.catch(() => {})
    const random = seededRandom(seeds[0] ?? 0)
    for (let i = 0; i < serverKills && !isOver; i++) {
      await pause(1000 + random.below(4000))
      await server.kill('SIGKILL')
      server = await start()
      // The devices are about to ask again anyway; without this they would spend most of their short lives offline.
      for (const schedule of schedules) schedule.nudge()
    }
    await over
    return await Promise.all(schedules.map((schedule) => schedule.finish()))
  }

  return {
    run(seeds: readonly number[], serverKills = 1): Promise<Outcome[]> {
      const outcomes = run(seeds, serverKills)
      running = outcomes.catch(() => {})
      return outcomes
    },
    async close(): Promise<void> {
      await homes.stop()
      // A run that the test runner gave up fails now; until then it may be starting the server anew.
      await running
      await server.kill().finally(() => removeFolder(folder))
    },
  }
}
