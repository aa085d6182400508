import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Arrival, Begin } from './light-devices.ts'

/** A process with a device for each token. Resolves when all of them listen and have what there is. */
export async function startDevices(begin: Begin, onArrival: (arrival: Arrival) => void): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'light-devices.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: 'ready' | Arrival) => (message === 'ready' ? resolve() : onArrival(message)))
    child.once('exit', (code) => reject(new Error(`The devices ended (${code}).`)))
  })
  child.send(begin)
  await ready
  return child
}
