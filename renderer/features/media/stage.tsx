import { type RefObject, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../shared/collections/media.ts'
import { playableOf } from '../../../shared/domain/playable.ts'
import { useHostInfo } from '../../app/host-context.tsx'
import { Notice } from '../../ui/notice.tsx'
import { FocusField } from './focus-field.tsx'
import { Storyboard } from './storyboard.tsx'
import { useResume } from './use-resume.ts'
import { useAddresses } from './use-where.ts'

/** The medium itself: what readers will play where it is made, else the original as far as this window can play it. */
export function Stage({
  media,
  hasOriginal,
  player,
  onFocus,
}: {
  media: Media
  hasOriginal: boolean
  player: RefObject<HTMLVideoElement | null>
  onFocus(focus: Media['focus']): void
}) {
  const { t } = useTranslation('media')
  const { blobBase } = useHostInfo()
  const { addressOf, isFar, onFailure } = useAddresses([media])
  const [broken, setBroken] = useState('')
  const { sources, poster, captions } = playableOf(media, addressOf)
  const src = sources[0]?.src ?? blobBase + media.id
  const keepPlace = useResume(player, { id: media.id, src })
  if (media.kind === 'image')
    return (
      <div className="media-stage">
        <FocusField src={blobBase + media.id} alt={media.alt} focus={media.focus} onChange={onFocus} />
      </div>
    )
  return (
    <div className="media-stage" data-kind={media.kind}>
      <video
        key={src}
        ref={player}
        src={src}
        controls
        preload="metadata"
        // Or the captions of another origin would not be read.
        crossOrigin={isFar ? 'anonymous' : undefined}
        aria-label={media.alt || media.name}
        {...(poster ? { poster } : {})}
        onError={() => {
          keepPlace()
          setBroken(src)
          onFailure(src)
        }}
      >
        {captions.map((track) => (
          <track key={track.src} kind="captions" src={track.src} srcLang={track.language} label={track.label} />
        ))}
      </video>
      {media.kind === 'video' && <Storyboard media={media} player={player} />}
      {broken === src && <Notice tone="amber">{t(hasOriginal ? 'notPlayable' : 'notHere')}</Notice>}
    </div>
  )
}
