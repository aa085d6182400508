import { type NodeViewProps, NodeViewWrapper, ReactNodeViewRenderer } from '@tiptap/react'
import { AudioLines, Clapperboard } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { playableOf } from '../../../../shared/domain/playable.ts'
import { Film, Recording } from '../../../../shared/domain/richtext/extensions.ts'
import { useFormat } from '../../../app/format.ts'
import { useMediaJobs } from '../../../data/index.ts'
import { useMedia } from '../../media/use-medium.ts'
import { useResume } from '../../media/use-resume.ts'
import { useAddresses } from '../../media/use-where.ts'
import { intoWords, MediumWords } from './medium-words.tsx'

/** A film or recording in the text, played as readers will, with its words below. Until it is made ready it says how far that is. */
function FilmView(props: NodeViewProps) {
  const { t } = useTranslation('posts')
  const { percent } = useFormat()
  const { hash, alt, caption } = props.node.attrs as Record<'hash' | 'alt' | 'caption', string>
  const media = useMedia([hash]).get(hash)
  const { addressOf, isFar, onFailure } = useAddresses(media ? [media] : [])
  const { jobs } = useMediaJobs()
  const [broken, setBroken] = useState('')
  const playable = media && playableOf(media, addressOf)
  const source = playable?.sources[0]
  const player = useRef<HTMLVideoElement>(null)
  const keepPlace = useResume(player, { id: hash, src: source?.src })
  const job = jobs.find((each) => each.hash === hash && ['web', 'podcast'].includes(each.kind))
  const isFilm = props.node.type.name === 'video'
  const Icon = isFilm ? Clapperboard : AudioLines
  const why = (): string => {
    if (source) return t('film.unreachable')
    if (!media) return t('film.notHere')
    if (job?.state === 'failed') return t('film.failed')
    return job ? t('film.making', { percent: percent(job.progress) }) : t('film.notReady')
  }
  return (
    <NodeViewWrapper
      className="posts-picture posts-film"
      data-kind={isFilm ? 'video' : 'audio'}
      data-selected={props.selected || undefined}
      contentEditable={false}
    >
      <p className="posts-film-name" data-drag-handle="">
        <Icon aria-hidden />
        <span className="truncate">{media?.name ?? t('film.unknown')}</span>
      </p>
      {source && broken !== source.src ? (
        <video
          key={source.src}
          ref={player}
          src={source.src}
          controls
          crossOrigin={isFar ? 'anonymous' : undefined}
          onError={() => {
            keepPlace()
            setBroken(source.src)
            onFailure(source.src)
          }}
          preload={playable.poster ? 'none' : 'metadata'}
          aria-label={alt || caption || media?.name}
          {...(playable.poster ? { poster: playable.poster } : {})}
        >
          {playable.captions.map((track) => (
            <track key={track.src} kind="captions" src={track.src} srcLang={track.language} label={track.label} />
          ))}
        </video>
      ) : (
        <p className="posts-picture-broken" role="status">
          {why()}
        </p>
      )}
      <MediumWords {...props} />
    </NodeViewWrapper>
  )
}

export const FilmWithView = Film.extend({
  addNodeView: () => ReactNodeViewRenderer(FilmView),
  addKeyboardShortcuts: () => intoWords,
})
export const RecordingWithView = Recording.extend({ addNodeView: () => ReactNodeViewRenderer(FilmView) })
