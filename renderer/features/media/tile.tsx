import { useEffect, useState } from 'react'
import type { Media } from '../../../shared/collections/media.ts'
import { useHostInfo } from '../../app/host-context.tsx'
import { readTiles, type Tile } from './tiles.ts'

const none: readonly Tile[] = []

/** The preview pictures of a film, as far as they are on this device; read only while `isWanted`. */
export function useTiles({ variants }: Pick<Media, 'variants'>, isWanted: boolean) {
  const { blobBase } = useHostInfo()
  const [tiles, setTiles] = useState(none)
  const sheet = variants.find(({ role }) => role === 'sprite')
  const playlist = isWanted ? sheet?.playlist : ''
  useEffect(() => {
    if (!playlist) return setTiles(none)
    const leave = new AbortController()
    const read = async (): Promise<void> => {
      const answer = await fetch(blobBase + playlist, { signal: leave.signal })
      if (answer.ok) setTiles(readTiles(await answer.text()))
    }
    read().catch((error: unknown) => !leave.signal.aborted && reportError(error))
    return () => leave.abort()
  }, [blobBase, playlist])
  return { tiles, sheet }
}

/** One of the preview pictures, as wide as its surroundings or as high, whichever fills them. */
export function TilePicture({ tile, sheet }: { tile: Tile; sheet: { hash: string; width: number; height: number } }) {
  const { blobBase } = useHostInfo()
  const part = (at: number, size: number, whole: number): string => `${whole > size ? (at / (whole - size)) * 100 : 0}%`
  return (
    <span
      aria-hidden
      className="media-tile"
      style={{
        aspectRatio: `${tile.width} / ${tile.height}`,
        backgroundImage: `url("${blobBase}${sheet.hash}")`,
        backgroundSize: `${(sheet.width / tile.width) * 100}% ${(sheet.height / tile.height) * 100}%`,
        backgroundPosition: `${part(tile.left, tile.width, sheet.width)} ${part(tile.top, tile.height, sheet.height)}`,
      }}
    />
  )
}
