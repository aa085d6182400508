import { afterAll, beforeAll, expect, test } from 'vitest'
import { roundSize, startRounds } from './fuzz/round.ts'

/** The same on each run: what a new seed finds belongs to `npm run bench -- sync-fuzz`, not to somebody else's change. */
const fixed = [
  379092, 3018, 3020, 3031, 100003, 100019, 100043, 200003, 200009, 200017, 300007, 300017, 300023, 400009, 400031,
  400033, 500009, 500029, 500041, 600043, 600053,
]
/** `FUZZ_SEED=123` repeats one schedule. */
const wanted = process.env.FUZZ_SEED
const rounds = wanted
  ? [[Number(wanted)]]
  : Array.from({ length: fixed.length / roundSize }, (_, i) => fixed.slice(i * roundSize, (i + 1) * roundSize))

let place: Awaited<ReturnType<typeof startRounds>>
beforeAll(async () => {
  place = await startRounds()
})
afterAll(() => place.close())

test.each(rounds.map((seeds) => [seeds.join(', '), seeds] as const))(
  'devices that are cut, delayed, killed and set to other days agree with the server, and nothing is lost: seeds %s',
  { timeout: 240_000 },
  async (_, seeds) => {
    for (const { seed, faults } of await place.run(seeds)) expect(faults, `seed ${seed}`).toEqual([])
  },
)
