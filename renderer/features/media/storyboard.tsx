import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../shared/collections/media.ts'
import { clock } from './library-view.ts'
import { TilePicture, useTiles } from './tile.tsx'
import { spread } from './tiles.ts'

const shown = 10

/** The film in a row of pictures; each leads the player there, to be seen or to become the poster. */
export function Storyboard({ media, player }: { media: Media; player: RefObject<HTMLVideoElement | null> }) {
  const { t } = useTranslation('media')
  const { tiles, sheet } = useTiles(media, true)
  if (!sheet || tiles.length < 2) return null
  return (
    <div className="media-storyboard" role="toolbar" aria-label={t('storyboard.label')}>
      {spread(tiles, shown).map((tile) => (
        <button
          key={tile.startMs}
          type="button"
          aria-label={t('storyboard.go', { at: clock(tile.startMs) })}
          title={clock(tile.startMs)}
          onClick={() => {
            if (player.current) player.current.currentTime = tile.startMs / 1000
          }}
        >
          <TilePicture tile={tile} sheet={sheet} />
        </button>
      ))}
    </div>
  )
}
