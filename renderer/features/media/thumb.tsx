import { AudioLines, Clapperboard, ImageOff } from 'lucide-react'
import { type PointerEvent, useState } from 'react'
import type { Media } from '../../../shared/collections/media.ts'
import { useHostInfo } from '../../app/host-context.tsx'
import { clock } from './library-view.ts'
import { TilePicture, useTiles } from './tile.tsx'

/** What there is to be seen of it as a picture: itself, or the poster; undefined where there is none. */
export const stillOf = ({ id, kind, variants }: Pick<Media, 'id' | 'kind' | 'variants'>): string | undefined =>
  kind === 'image' ? id : variants.find(({ role }) => role === 'poster')?.hash

/** A medium at a glance: the picture, or the film's poster, and under the pointer what comes later in it. */
export function Thumb({ media }: { media: Media }) {
  const { thumbBase } = useHostInfo()
  const [broken, setBroken] = useState('')
  const hash = stillOf(media) ?? ''
  const [share, setShare] = useState<number | null>(null)
  const { tiles, sheet } = useTiles(media, share !== null)
  const tile = tiles[Math.floor((share ?? 0) * tiles.length)]
  const look = ({ currentTarget, clientX }: PointerEvent): void => {
    const { left, width } = currentTarget.getBoundingClientRect()
    setShare(Math.min(0.999, Math.max(0, (clientX - left) / width)))
  }
  const Icon = media.kind === 'audio' ? AudioLines : media.kind === 'video' ? Clapperboard : ImageOff
  return (
    <span
      className="media-thumb"
      data-kind={media.kind}
      {...(media.kind === 'video' ? { onPointerMove: look, onPointerLeave: () => setShare(null) } : {})}
    >
      {hash !== '' && broken !== hash ? (
        <img src={thumbBase + hash} alt="" loading="lazy" decoding="async" onError={() => setBroken(hash)} />
      ) : (
        <Icon aria-hidden />
      )}
      {share !== null && tile && sheet && <TilePicture tile={tile} sheet={sheet} />}
      {media.durationMs > 0 && <span className="media-length num">{clock(media.durationMs)}</span>}
    </span>
  )
}
