import { createDevice, type Device, type DeviceWish } from './device.ts'
import type { Note } from './history.ts'

/** The device that lives in this process. */
let device: Device | undefined

export type Asked = { call: number; method: keyof Device | 'open'; wish?: DeviceWish }
export type Told = { note: Note } | { call: number; value?: unknown; error?: string }

const tell = (told: Told): void => void process.send!(told)

async function answer({ method, wish }: Asked): Promise<unknown> {
  if (method === 'open') {
    device = await createDevice(wish!, (note) => tell({ note }))
    return
  }
  if (!device) throw new Error('There is no device here.')
  return await device[method]()
}

process.on('message', (asked: Asked) => {
  answer(asked).then(
    (value) => tell({ call: asked.call, value }),
    (error: unknown) => tell({ call: asked.call, error: error instanceof Error ? error.stack! : String(error) }),
  )
})
process.on('disconnect', () => process.exit())
