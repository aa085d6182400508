import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newId } from '../../../../shared/domain/id.ts'
import { useLibrary, useSetting, useStudio } from '../../../data/index.ts'
import { TextArea, TextField } from '../../../ui/fields.tsx'
import { Select } from '../../../ui/select.tsx'
import { clock, readClock } from '../library-view.ts'
import { useMediaCommands } from '../use-media-commands.ts'
import { readChapters } from './cues.ts'
import { ToolDialog, type ToolProps } from './tool.tsx'

const noCover = 'none'

/** The sound alone, evenly loud, with chapters and a cover; the chapters are kept with the medium. */
export function PodcastDialog({ media, start, onClose }: ToolProps) {
  const { t } = useTranslation('media')
  const studio = useStudio()
  const { attempt } = useMediaCommands()
  const profile = useSetting('profile')
  const pictures = useLibrary().media.filter(({ kind, trashed }) => kind === 'image' && trashed === '')
  const [format, setFormat] = useState<'m4a' | 'mp3'>('m4a')
  const [title, setTitle] = useState(media.name.replace(/\.[^.]+$/, ''))
  const [artist, setArtist] = useState(profile.name)
  const [cover, setCover] = useState(noCover)
  const [lines, setLines] = useState(media.chapters.map((each) => `${clock(each.startMs)} ${each.title}`).join('\n'))
  const chapters = readChapters(lines, readClock).filter(({ startMs }) => startMs < media.durationMs)
  const left = lines.split('\n').filter((line) => line.trim() !== '').length - chapters.length
  return (
    <ToolDialog
      title={t('tool.podcast')}
      isReady={title.trim() !== ''}
      onClose={onClose}
      onRun={() => {
        attempt(studio.media.patch(media.id, { chapters: chapters.map((each) => ({ id: newId(), ...each })) }))
        start(media.id, {
          kind: 'podcast',
          format,
          title: title.trim().slice(0, 200),
          artist: artist.trim().slice(0, 200),
          chapters,
          cover: cover === noCover ? '' : cover,
        })
      }}
    >
      <TextField label={t('podcast.title')} value={title} onChange={setTitle} maxLength={200} />
      <TextField label={t('podcast.artist')} value={artist} onChange={setArtist} maxLength={200} />
      <Select<'m4a' | 'mp3'>
        label={t('podcast.format')}
        options={[
          { id: 'm4a', label: 'M4A (AAC)' },
          { id: 'mp3', label: 'MP3' },
        ]}
        value={format}
        onChange={setFormat}
      />
      <Select
        label={t('podcast.cover')}
        options={[
          { id: noCover, label: t('podcast.noCover') },
          ...pictures.slice(0, 200).map(({ id, name }) => ({ id, label: name })),
        ]}
        value={cover}
        onChange={setCover}
      />
      <TextArea
        label={t('podcast.chapters')}
        hint={left > 0 ? t('podcast.unread', { count: left }) : t('podcast.chaptersHint')}
        placeholder="0:00 …"
        rows={5}
        value={lines}
        onChange={setLines}
      />
    </ToolDialog>
  )
}
