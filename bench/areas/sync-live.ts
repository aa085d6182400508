import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { createDevice, note } from '../device.ts'
import { atMost, type Figure, noted, percentile } from '../figure.ts'
import type { Begin } from '../light-devices.ts'
import { addWorkspaces, sharedNow, startPlace } from '../place.ts'
import { startDevices } from '../start-devices.ts'

const writes = Number(process.env.BENCH_WRITES ?? 60)
const together = 100
const others = { workspaces: 100, devices: 10 }
const apartMs = 250

/** From one device's write until each of the other 99 of its workspace has it, with 1,000 devices elsewhere on the line. */
export async function run(): Promise<Figure[]> {
  const place = await startPlace('live')
  const children: ChildProcess[] = []
  try {
    const [[writer, ...readers] = []] = await addWorkspaces(place.database, 'live', 1, together)
    const elsewhere = await addWorkspaces(place.database, 'elsewhere', others.workspaces, others.devices)
    let arrived: { id: string; at: number[]; all: () => void } | undefined
    const begin = (sessions: readonly { token: string }[]): Begin => ({
      url: place.url,
      tokens: sessions.map(({ token }) => token),
    })
    children.push(
      await startDevices(begin(readers), ({ ids, at }) => {
        if (!arrived || !ids.includes(arrived.id)) return
        arrived.at.push(at)
        if (arrived.at.length === readers.length) arrived.all()
      }),
      await startDevices(begin(elsewhere.flat()), () => {}),
    )
    const device = createDevice({ url: place.url, token: writer!.token })
    const stranger = createDevice({ url: place.url, token: elsewhere[0]![0]!.token })
    await device.open()
    await stranger.open()
    const delays: number[] = []
    const first: number[] = []
    for (let i = 0; i < writes; i++) {
      const post = note(i)
      const all = Promise.withResolvers<void>()
      const mine = { id: post.id, at: [] as number[], all: all.resolve }
      arrived = mine
      const sent = sharedNow()
      await device.send([post])
      await Promise.race([
        all.promise,
        delay(10_000).then(() =>
          Promise.reject(new Error(`Only ${mine.at.length} of ${readers.length} devices heard.`)),
        ),
      ])
      delays.push(...mine.at.map((at) => at - sent))
      first.push(Math.min(...mine.at) - sent)
      // Elsewhere people write as well.
      await stranger.send([note(i)])
      await delay(apartMs)
    }
    device.close()
    stranger.close()
    const name = `live, from a write to each of ${together - 1} devices, ${others.workspaces * others.devices} elsewhere`
    return [
      atMost(`${name}, p50`, percentile(delays, 0.5), 'ms', 50),
      atMost(`${name}, p99`, percentile(delays, 0.99), 'ms', 250),
      noted('live, from a write to the first other device, p50', percentile(first, 0.5), 'ms'),
    ]
  } finally {
    for (const child of children) {
      child.removeAllListeners('exit')
      child.disconnect()
    }
    await place.close()
  }
}
