import type { StudioDatabase } from '../../data/types.ts'

/** Hashes of this account's pictures, the profile's among them, that the server has not said to have. */
export async function notStored(
  db: Pick<StudioDatabase, 'media' | 'outcomes'>,
  { avatar, cover }: { avatar: string; cover: string },
): Promise<string[]> {
  const media = await db.media.find().exec()
  const hashes = [...new Set([...media.map(({ id }) => id), avatar, cover])].filter((hash) => hash !== '')
  const outcomes = await db.outcomes.findByIds(hashes).exec()
  return hashes.filter((hash) => outcomes.get(hash)?.state !== 'stored')
}
