import type { RxStorage } from 'rxdb'
import { sealedStorage } from './sealed-storage.ts'
import { createSealer, type Sealer } from './sealer.ts'

/** What it takes to keep a studio sealed; fetched only where one is. */
export type Sealing = {
  sealer: Sealer
  storage(storage: RxStorage<unknown, unknown>, onError: (error: unknown) => void): RxStorage<unknown, unknown>
}

/** `key`: 32 bytes in base64, from the host. */
export async function createSealing(key: string): Promise<Sealing> {
  const sealer = await createSealer(key)
  return { sealer, storage: (storage, onError) => sealedStorage({ storage, sealer, onError }) }
}
