import { AudioLines, Clapperboard, ImageOff } from 'lucide-react'
import { useState } from 'react'
import type { Media } from '../../../shared/collections/media.ts'
import { useHostInfo } from '../../app/host-context.tsx'
import { clock } from './library-view.ts'

/** What there is to be seen of it as a picture: itself, or the poster; undefined where there is none. */
export const stillOf = ({ id, kind, variants }: Pick<Media, 'id' | 'kind' | 'variants'>): string | undefined =>
  kind === 'image' ? id : variants.find(({ role }) => role === 'poster')?.hash

/** A medium at a glance: the picture, or the film's poster. What it is called stands beside it. */
export function Thumb({ media }: { media: Media }) {
  const { blobBase } = useHostInfo()
  const [broken, setBroken] = useState('')
  const hash = stillOf(media) ?? ''
  const Icon = media.kind === 'audio' ? AudioLines : media.kind === 'video' ? Clapperboard : ImageOff
  return (
    <span className="media-thumb" data-kind={media.kind}>
      {hash !== '' && broken !== hash ? (
        <img src={blobBase + hash} alt="" loading="lazy" decoding="async" onError={() => setBroken(hash)} />
      ) : (
        <Icon aria-hidden />
      )}
      {media.durationMs > 0 && <span className="media-length num">{clock(media.durationMs)}</span>}
    </span>
  )
}
