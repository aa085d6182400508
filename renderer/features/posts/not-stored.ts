import { filesToSend } from '../../../shared/domain/playable.ts'
import type { StudioDatabase } from '../../data/types.ts'

/**
 * Hashes of what this account gives to the server and the server has not said to have: pictures, the profile's among
 * them, and what was made of films and recordings. Their originals stay on this device.
 */
export async function notStored(
  db: Pick<StudioDatabase, 'media' | 'outcomes'>,
  { avatar, cover }: { avatar: string; cover: string },
): Promise<string[]> {
  const media = await db.media.find().exec()
  const hashes = [...new Set([...media.flatMap(filesToSend), avatar, cover])].filter((hash) => hash !== '')
  const outcomes = await db.outcomes.findByIds(hashes).exec()
  return hashes.filter((hash) => outcomes.get(hash)?.state !== 'stored')
}
