import { roundSize, startRounds } from '../../e2e/faults/fuzz/round.ts'
import { atLeast, atMost, type Figure } from '../figure.ts'

const schedules = 203

/** As the test of the same name, for longer: devices cut, delayed, killed and set to other days, and a server killed. */
export async function run(): Promise<Figure[]> {
  const start = Math.floor(Math.random() * 1_000_000)
  console.log(`seeds from ${start}`)
  const place = await startRounds()
  let run = 0
  let acts = 0
  let online = 0
  let kills = 0
  let cuts = 0
  let failed = 0
  try {
    for (let seed = start; seed < start + schedules; seed += roundSize) {
      const seeds = Array.from({ length: roundSize }, (_, i) => seed + i)
      for (const outcome of await place.run(seeds)) {
        run++
        acts += outcome.acts
        online += outcome.online
        kills += outcome.kills
        cuts += outcome.cuts
        if (outcome.faults.length === 0) continue
        failed++
        console.error(`seed ${outcome.seed}:\n  ${outcome.faults.join('\n  ')}`)
      }
    }
  } finally {
    await place.close()
  }
  return [
    atLeast('schedules of devices, wires and servers that fail', run, 'schedules', 200),
    atLeast('acts in them', acts, 'acts', 1),
    atLeast('acts with a line to the server', online, 'acts', acts / 2),
    atLeast('windows killed in them', kills, 'kills', 1),
    atLeast('wires cut in them', cuts, 'cuts', 1),
    atMost('schedules with a lost or doubled write, or replicas that differ', failed, 'schedules', 0),
  ]
}
