import type { Media } from '../../../shared/collections/media.ts'

type Candidate = { media: Media; files: { hash: string; bytes: number }[] }

/** The server is not asked about every picture of a large library. */
const looked = 40

const sum = (files: Candidate['files']): number => files.reduce((all, { bytes }) => all + bytes, 0)

/** Media that may take most of the server's room, with the files that they would have there. */
export function mayBeLargest(media: readonly Media[]): Candidate[] {
  return media
    .map((each) => ({
      media: each,
      files: [...(each.kind === 'image' ? [{ hash: each.id, bytes: each.bytes }] : []), ...each.variants].map(
        ({ hash, bytes }) => ({ hash, bytes }),
      ),
    }))
    .sort((a, b) => sum(b.files) - sum(a.files))
    .slice(0, looked)
}

/** What each takes of what has arrived there, the largest first. */
export const largestOf = (candidates: readonly Candidate[], isStored: (hash: string) => boolean) =>
  candidates
    .map(({ media, files }) => ({ media, bytes: sum(files.filter(({ hash }) => isStored(hash))) }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
