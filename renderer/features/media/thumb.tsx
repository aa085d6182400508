import { AudioLines, Clapperboard, ImageOff } from 'lucide-react'
import { useState } from 'react'
import type { Media } from '../../../shared/collections/media.ts'
import { useHostInfo } from '../../app/host-context.tsx'
import { clock } from './library-view.ts'

export const posterOf = ({ variants }: Pick<Media, 'variants'>) => variants.find(({ role }) => role === 'poster')

/** A medium at a glance: the picture, or the film's poster. What it is called stands beside it. */
export function Thumb({ media }: { media: Media }) {
  const { blobBase } = useHostInfo()
  const [broken, setBroken] = useState('')
  const hash = media.kind === 'image' ? media.id : (posterOf(media)?.hash ?? '')
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
