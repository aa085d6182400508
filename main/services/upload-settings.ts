import { join } from 'node:path'
import { Value } from 'typebox/value'
import { UploadSettings } from '../../shared/contract/blobs.ts'
import { readText, setAside, writeAtomic } from './files.ts'
import type { Log } from './log.ts'
import { createQueue } from './queue.ts'

export const defaultUploadSettings: UploadSettings = {
  parallel: 2,
  bytesPerSecond: 0,
  paused: false,
  onMetered: 'pause',
  whileLive: 'pause',
}

/** How uploads go on this device, in a file of its own. */
export function createUploadSettings({ folder, log }: { folder: string; log: Log }) {
  const path = join(folder, 'upload-settings.json')
  const inTurn = createQueue()
  let known: UploadSettings | undefined

  async function read(): Promise<UploadSettings> {
    if (known) return known
    known = defaultUploadSettings
    const text = await readText(path)
    if (text === undefined) return known
    try {
      // What an older studio did not know yet is as by default.
      known = Value.Parse(UploadSettings, { ...defaultUploadSettings, ...JSON.parse(text) })
    } catch (error) {
      log(`The settings of uploads could not be read and were set aside as ${await setAside(path, Date.now())}.`, error)
    }
    return known
  }

  return {
    get: () => inTurn(read),
    change: (changed: Partial<UploadSettings>) =>
      inTurn(async () => {
        const next = { ...(await read()), ...changed }
        await writeAtomic(path, JSON.stringify(next))
        known = next
        return next
      }),
  }
}
