import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ArrowLeft, Images, RotateCcw, Trash2, WandSparkles } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../shared/collections/media.ts'
import { useCommandList } from '../../app/commands.ts'
import { useTitle } from '../../app/title.ts'
import { useLibrary, useStudio } from '../../data/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Menu } from '../../ui/menu.tsx'
import { WorkArea } from '../../ui/work-area.tsx'
import { MediaInspector } from './media-inspector.tsx'
import { Stage } from './stage.tsx'
import { CaptionsDialog } from './tools/captions-dialog.tsx'
import { CropDialog } from './tools/crop-dialog.tsx'
import { PodcastDialog } from './tools/podcast-dialog.tsx'
import { ShapeDialog } from './tools/shape-dialog.tsx'
import { SizesDialog } from './tools/sizes-dialog.tsx'
import { TrimDialog } from './tools/trim-dialog.tsx'
import { WatermarkDialog } from './tools/watermark-dialog.tsx'
import { useMediaCommands } from './use-media-commands.ts'
import { useHasOriginal } from './use-where.ts'
import './media.css'

export default function DetailRoute() {
  const { t } = useTranslation('media')
  const { id } = useParams({ from: '/media/$id' })
  const { isReady, media } = useLibrary()
  const found = useMemo(() => media.find((each) => each.id === id), [media, id])
  if (found) return <Detail key={id} media={found} />
  if (!isReady) return null
  return (
    <div className="frame-blank">
      <h1 className="sr-only">{t('title')}</h1>
      <EmptyState picture={<Images />} title={t('gone.title')} action={<Link to="/media">{t('back')}</Link>}>
        {t('gone.text')}
      </EmptyState>
    </div>
  )
}

type Tool = 'trim' | 'shape' | 'crop' | 'watermark' | 'captions' | 'podcast' | 'sizes'
type Make = 'web' | 'even' | 'hls' | 'sprite' | 'waveform' | 'poster'

type Offer = { make: readonly Make[]; tools: readonly Tool[] }
const nothing: Offer = { make: [], tools: [] }
const offers: Record<Media['kind'], Offer> = {
  image: { make: [], tools: ['sizes', 'shape', 'crop', 'watermark'] },
  video: {
    make: ['web', 'even', 'hls', 'poster', 'sprite', 'waveform'],
    tools: ['captions', 'trim', 'shape', 'crop', 'watermark', 'podcast'],
  },
  audio: { make: ['waveform'], tools: ['podcast', 'captions', 'trim'] },
}
/** Pictures that may move, and become a film then. */
const mayMove = /^image\/(gif|webp|png)$/

/** One medium: seen or heard, described, and worked on. */
function Detail({ media }: { media: Media }) {
  const { t } = useTranslation('media')
  const navigate = useNavigate()
  const studio = useStudio()
  const commands = useMediaCommands()
  const player = useRef<HTMLVideoElement>(null)
  const [tool, setTool] = useState<Tool | null>(null)
  useTitle(media.name, t('title'))
  const { id, kind } = media
  const hasOriginal = useHasOriginal(media) !== false
  const nowMs = (): number => Math.round((player.current?.currentTime ?? 0) * 1000)

  const making: Record<Make, () => void> = {
    web: () => commands.start(id, { kind: 'web', loudness: false }),
    even: () => commands.start(id, { kind: 'web', loudness: true }),
    hls: () => commands.start(id, { kind: 'hls', loudness: false }),
    poster: () => commands.start(id, { kind: 'poster', atMs: nowMs() }),
    sprite: () => commands.start(id, { kind: 'sprite' }),
    waveform: () => commands.start(id, { kind: 'waveform' }),
  }
  // Everything is made of the original.
  const { make: all, tools } = hasOriginal ? offers[kind] : nothing
  const make = kind === 'image' && mayMove.test(media.type) ? (['web'] as const) : all
  const entries = [
    ...make.map((each) => ({
      id: each,
      label: t(kind === 'image' ? 'make.film' : `make.${each}`),
      hint: t(kind === 'image' ? 'make.hint.film' : `make.hint.${each}`),
      run: making[each],
    })),
    ...(make.length > 0 && tools.length > 0 ? (['line'] as const) : []),
    ...tools.map((each) => ({
      id: each,
      label: t(`tool.${each}`),
      hint: t(`tool.hint.${each}`),
      run: () => setTool(each),
    })),
  ]
  useCommandList([
    {
      id: 'media.back',
      titleKey: 'media:back',
      group: 'media',
      shortcut: 'Escape',
      run: () => navigate({ to: '/media' }),
    },
    ...make.map((each) => ({
      id: `media.make.${each}`,
      titleKey: kind === 'image' ? 'media:make.film' : `media:make.${each}`,
      group: 'media' as const,
      run: making[each],
    })),
    ...tools.map((each) => ({
      id: `media.tool.${each}`,
      titleKey: `media:tool.${each}`,
      group: 'media' as const,
      run: () => setTool(each),
    })),
  ])
  const props = { media, start: commands.start, nowMs, onClose: () => setTool(null) }

  return (
    <>
      <WorkArea
        title={media.name}
        status={
          media.trashed !== '' ? (
            <span className="meta">{t('inTrash')}</span>
          ) : hasOriginal ? null : (
            <span className="meta">{t('elsewhere')}</span>
          )
        }
        actions={
          <>
            <IconButton
              label={t('back')}
              shortcut="Escape"
              icon={<ArrowLeft aria-hidden />}
              onPress={() => void navigate({ to: '/media' })}
            />
            {media.trashed === '' ? (
              <IconButton label={t('trash')} icon={<Trash2 aria-hidden />} onPress={() => commands.trash([id])} />
            ) : (
              <Button icon={<RotateCcw aria-hidden />} onPress={() => commands.restore([id])}>
                {t('restore')}
              </Button>
            )}
            {entries.length > 0 && (
              <Menu
                label={t('make.label')}
                trigger={
                  <Button variant="primary" icon={<WandSparkles aria-hidden />}>
                    {t('make.label')}
                  </Button>
                }
                items={entries}
              />
            )}
          </>
        }
        inspectorLabel={t('about.label')}
        inspector={<MediaInspector media={media} hasOriginal={hasOriginal} onCaptions={() => setTool('captions')} />}
      >
        <Stage
          media={media}
          hasOriginal={hasOriginal}
          player={player}
          onFocus={(focus) => commands.attempt(studio.media.patch(id, { focus }))}
        />
      </WorkArea>
      {tool === 'trim' && <TrimDialog {...props} />}
      {tool === 'shape' && <ShapeDialog {...props} />}
      {tool === 'crop' && <CropDialog {...props} />}
      {tool === 'watermark' && <WatermarkDialog {...props} />}
      {tool === 'captions' && <CaptionsDialog {...props} />}
      {tool === 'sizes' && <SizesDialog {...props} />}
      {tool === 'podcast' && <PodcastDialog {...props} />}
    </>
  )
}
