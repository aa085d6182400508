import { setTimeout as pause } from 'node:timers/promises'
import { bare } from '../../../renderer/data/conflicts.ts'
import { collectionNames } from '../../../shared/collections/index.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { Setting } from '../../../shared/collections/settings.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import { canonicalJson } from '../../../shared/domain/merge/json.ts'
import { signIn } from '../../client.ts'
import { createHistory, type Stored } from './history.ts'
import type { Homes, RemoteDevice } from './homes.ts'
import { seededRandom } from './random.ts'

const settleWithinMs = 45_000

/** `online`: acts of devices that had a line to the server just then. */
export type Outcome = { seed: number; faults: string[]; acts: number; online: number; kills: number; cuts: number }

type Place = { url: string; port: number; homes: Homes; acts?: number }
const mostDevices = 4
/** Documents with faults whose whole history is printed. */
const mostTold = 3

/** One author's devices in a workspace of their own, doing and suffering what the seed says. */
export async function runSchedule(seed: number, { url, port, homes, acts = 20 }: Place) {
  const random = seededRandom(seed)
  const history = createHistory()
  const handle = `fuzz-${seed}-${Date.now().toString(36)}`
  const first = await signIn(url, handle)
  const devices: RemoteDevice[] = []
  const outcome: Outcome = { seed, faults: [], acts: 0, online: 0, kills: 0, cuts: 0 }
  const count = mostDevices - random.below(2)
  for (let i = 0; i < count; i++) {
    const { token, workspaceId } = i === 0 ? first : await signIn(url, handle, { signUp: false, deviceName: `${i}` })
    const name = 'abcd'[i]!
    const wish = { name, schedule: seed, seed: random.below(2 ** 31), port, token, workspaceId }
    devices.push(await homes.open(wish, (note) => history.onNote(name, note)))
  }

  async function live(device: RemoteDevice): Promise<void> {
    const own = random.fork()
    const under: Promise<void>[] = []
    for (let i = 0; i < acts; i++) {
      const acting = device.act()
      outcome.acts++
      if ((await device.status()).phase !== 'offline') outcome.online++
      // Sometimes two hands are at work.
      if (own.chance(0.7)) await acting
      else under.push(acting)
      await pause(own.chance(0.7) ? own.below(60) : own.below(250))
      if (own.chance(0.08)) {
        outcome.cuts++
        await device.cut()
        if (own.chance(0.7)) under.push(pause(own.below(800)).then(() => device.mend()))
      } else if (own.chance(0.06)) {
        outcome.kills++
        await device.killWindow()
      }
    }
    await Promise.all(under)
  }

  return {
    outcome,
    async live(): Promise<void> {
      // A life begins online: what is written before the first sync meets nobody.
      for (const device of devices) while ((await device.status()).phase !== 'live') await pause(20)
      await Promise.all(devices.map(live))
    },
    nudge(): void {
      for (const device of devices) device.nudge().catch(() => {})
    },
    /** Everything is mended: waits until all agree, and looks what they agree on. */
    async finish(): Promise<Outcome> {
      const fault = (message: string) => outcome.faults.push(message)
      try {
        await Promise.all(devices.map((device) => device.settle()))
        const server = await signIn(url, handle, { signUp: false, deviceName: 'judge' })
        const differences = await untilAlike(devices, () => everything(server))
        differences.map(fault)
        const posts = await server.pull<Stored<Post>>('posts')
        const settings = await server.pull<Stored<Setting>>('settings')
        const setAside = (await Promise.all(devices.map((device) => device.setAside()))).flat()
        for (const device of devices)
          for (const { id, message } of (await device.status()).refused) fault(`refused: ${id}: ${message}`)
        history.faults({ posts, settings }, setAside).map(fault)
        // Seldom seen twice, so what led there is told at once.
        const keys = new Set(outcome.faults.flatMap((each) => /^\w+\|[^|:\s]+/.exec(each)?.[0] ?? []))
        for (const key of [...keys].slice(0, mostTold))
          console.error(`seed ${seed}: ${key}\n    ${history.trace(key.split('|')[1]!).join('\n    ')}`)
      } finally {
        await Promise.all(devices.map((device) => device.close()))
      }
      return outcome
    },
  }
}

type Documents = Map<string, string>

async function everything(server: Awaited<ReturnType<typeof signIn>>): Promise<Documents> {
  const all: Documents = new Map()
  for (const name of collectionNames)
    for (const document of await server.pull<State>(name))
      if (!document._deleted) all.set(`${name}|${document.id}`, canonicalJson(bare(document)))
  return all
}

/** Waits until every device is in sync and has what the server has; resolves with what is not so. */
async function untilAlike(devices: readonly RemoteDevice[], onServer: () => Promise<Documents>): Promise<string[]> {
  for (const end = Date.now() + settleWithinMs; ; await pause(100)) {
    const found: string[] = []
    for (const { name, status } of devices) {
      const { phase, waiting, problem } = await status()
      if (phase !== 'live' || waiting > 0)
        found.push(`${name} is not in sync: ${phase}, ${waiting} wait, ${problem?.message}`)
    }
    if (found.length === 0) {
      const server = await onServer()
      for (const device of devices) found.push(...differences(device.name, await device.documents(), server))
    }
    if (found.length === 0 || Date.now() > end) return found
  }
}

const differences = (name: string, here: Documents, there: Documents): string[] =>
  [...new Set([...here.keys(), ...there.keys()])]
    .filter((key) => here.get(key) !== there.get(key))
    .map((key) => `${key} differs on ${name}:\n    here  ${here.get(key)}\n    there ${there.get(key)}`)
