import { parentPort } from 'node:worker_threads'
import { createDevice, type Device, type DeviceWish } from './device.ts'
import type { Note } from './history.ts'

/** The devices of one thread: RxDB's open core takes two studios in one. */
const devices = new Map<string, Device>()

export type Asked = { call: number; device: string; method: keyof Device | 'open'; wish?: DeviceWish }
export type Told = { device: string; note: Note } | { call: number; value?: unknown; error?: string }

const tell = (told: Told): void => parentPort!.postMessage(told)

async function answer({ device, method, wish }: Asked): Promise<unknown> {
  if (method === 'open' && wish) {
    devices.set(device, await createDevice(wish, (note) => tell({ device, note })))
    return
  }
  const found = devices.get(device)
  if (!found) throw new Error(`There is no device ${device} here.`)
  if (method === 'close') devices.delete(device)
  return await found[method as keyof Device]()
}

parentPort!.on('message', (asked: Asked) => {
  answer(asked).then(
    (value) => tell({ call: asked.call, value }),
    (error: unknown) => tell({ call: asked.call, error: error instanceof Error ? error.stack! : String(error) }),
  )
})
