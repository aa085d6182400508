import { afterAll, beforeAll, expect, test } from 'vitest'
import { roundSize, startRounds } from './fuzz/round.ts'

/** `FUZZ_SEED=123` repeats one schedule; without it the seeds are new each time. */
const wanted = process.env.FUZZ_SEED
const start = Math.floor(Math.random() * 1_000_000)
const rounds = wanted
  ? [[Number(wanted)]]
  : Array.from({ length: 7 }, (_, round) => Array.from({ length: roundSize }, (_, i) => start + round * roundSize + i))

let place: Awaited<ReturnType<typeof startRounds>>
beforeAll(async () => {
  place = await startRounds()
})
afterAll(() => place.close())

test.each(rounds.map((seeds) => [seeds.join(', '), seeds] as const))(
  'devices that are cut, delayed, killed and set to other days agree with the server, and nothing is lost: seeds %s',
  async (_, seeds) => {
    for (const { seed, faults } of await place.run(seeds)) expect(faults, `seed ${seed}`).toEqual([])
  },
)
