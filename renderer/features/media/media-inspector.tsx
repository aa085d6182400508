import { Link } from '@tanstack/react-router'
import { CloudCheck, CloudUpload, Download, HardDrive, MonitorSmartphone, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media, Variant } from '../../../shared/collections/media.ts'
import { filesToSend } from '../../../shared/domain/playable.ts'
import { useFormat } from '../../app/format.ts'
import { useHostInfo } from '../../app/host-context.tsx'
import { useLibrary, useMediaJobs, usePosts, useStudio } from '../../data/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/fields.tsx'
import { Section } from '../../ui/section.tsx'
import { useNotUploaded } from '../posts/editor/body-facts.ts'
import { useDraftValue } from '../posts/editor/draft-value.ts'
import { TagField } from '../posts/inspector/tag-field.tsx'
import { tagsInUse } from '../posts/inspector/tags.ts'
import { fileName, kindOf } from './file-name.ts'
import { JobList } from './job-list.tsx'
import { clock } from './library-view.ts'
import { Size } from './media-cell.tsx'
import { useMediaCommands } from './use-media-commands.ts'

/** Beside a medium: what it is called and shows, where it is used and kept, what was and is being made of it. */
export function MediaInspector({
  media,
  hasOriginal,
  onCaptions,
}: {
  media: Media
  hasOriginal: boolean
  onCaptions(): void
}) {
  const { t } = useTranslation('media')
  const { bytes, exact, when } = useFormat()
  const studio = useStudio()
  const { media: all } = useLibrary()
  const { jobs } = useMediaJobs()
  const { attempt, dropVariant } = useMediaCommands()
  const { id } = media
  const patch = (fields: Parameters<typeof studio.media.patch>[1]): void => attempt(studio.media.patch(id, fields))
  const name = useDraftValue(media.name, (text) => text.trim() !== '' && patch({ name: text.trim().slice(0, 255) }))
  const alt = useDraftValue(media.alt, (text) => patch({ alt: text.trim() }))
  const own = jobs.filter(({ hash }) => hash === id)
  return (
    <div className="sections">
      <Section title={t('about.words')}>
        <TextField
          label={t('about.name')}
          value={name.value}
          onChange={name.change}
          onBlur={name.leave}
          maxLength={255}
        />
        <TextArea
          label={t('about.alt')}
          hint={t(`about.altHint.${media.kind}`)}
          rows={3}
          maxLength={1000}
          value={alt.value}
          onChange={alt.change}
          onBlur={alt.leave}
        />
        <TagField
          tags={media.tags}
          known={() => tagsInUse(all)}
          onChange={(edit) => patch(({ tags }) => ({ tags: edit(tags) }))}
        />
      </Section>
      {own.length > 0 && (
        <Section title={t('job.label')}>
          <JobList jobs={own} />
        </Section>
      )}
      <UsedIn id={id} />
      <Where media={media} hasOriginal={hasOriginal} />
      {media.variants.length > 0 && (
        <Section title={t('variant.label')}>
          <ul className="media-variants">
            {media.variants.map((variant) => {
              const what = [t(`variant.role.${variant.role}`), ...detailOf(variant)].join(' · ')
              return (
                <li key={variant.id}>
                  <span className="truncate">{what}</span>
                  <span className="meta num">{bytes(variant.bytes)}</span>
                  {hasOriginal && (
                    <>
                      <Save hash={variant.hash} name={fileName(media.name, variant.type)} what={what} />
                      <IconButton
                        size="compact"
                        label={t('variant.drop', { what })}
                        icon={<Trash2 aria-hidden />}
                        onPress={() => dropVariant(id, variant, what)}
                      />
                    </>
                  )}
                </li>
              )
            })}
          </ul>
          {media.kind === 'video' && hasOriginal && (
            <Button size="compact" onPress={onCaptions}>
              {t('tool.captions')}
            </Button>
          )}
        </Section>
      )}
      <Section title={t('about.facts')}>
        <dl className="media-facts num">
          <Fact label={t('about.kind')}>{media.type}</Fact>
          <Fact label={t('about.size')}>
            <Size media={media} />
          </Fact>
          {media.durationMs > 0 && <Fact label={t('about.length')}>{clock(media.durationMs)}</Fact>}
          <Fact label={t('about.bytes')}>{bytes(media.bytes)}</Fact>
          <Fact label={t('about.added')}>
            <span title={exact(media.createdAt)}>{when(media.createdAt)}</span>
          </Fact>
        </dl>
      </Section>
    </div>
  )
}

/** What tells it from others of its role. */
function detailOf({ role, label, language, type, width, height }: Variant): string[] {
  if (role === 'captions') return [label || language]
  const size = width > 0 ? [`${width} × ${height}`] : []
  return role === 'image' ? [...size, kindOf(type)] : size
}

/** Takes a file out of the studio. */
function Save({ hash, name, what }: { hash: string; name: string; what: string }) {
  const { t } = useTranslation('media')
  const { blobBase } = useHostInfo()
  const label = t('variant.save', { what })
  return (
    <a
      className="button"
      data-variant="quiet"
      data-size="compact"
      data-bare=""
      href={blobBase + hash}
      download={name}
      aria-label={label}
      title={label}
    >
      <Download aria-hidden />
    </a>
  )
}

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)

function UsedIn({ id }: { id: string }) {
  const { t } = useTranslation('media')
  const users = new Set(useLibrary().uses.get(id))
  const posts = usePosts().filter((post) => users.has(post.id))
  return (
    <Section title={t('used.label')}>
      {posts.length === 0 ? (
        <p className="meta">{t('used.nowhere')}</p>
      ) : (
        <ul className="media-uses">
          {posts.map((post) => (
            <li key={post.id}>
              <Link to="/posts/$id" params={{ id: post.id }}>
                {post.title || t('used.untitled')}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** What is where: never "safe" of what only this device has. */
function Where({ media, hasOriginal }: { media: Media; hasOriginal: boolean }) {
  const { t } = useTranslation('media')
  const files = filesToSend(media)
  const missing = useNotUploaded(files)
  const isSent = files.length > 0 && missing === 0
  return (
    <Section title={t('where.label')}>
      <p className="media-where">
        {hasOriginal ? <HardDrive aria-hidden /> : <MonitorSmartphone aria-hidden />}
        {t(media.kind === 'image' ? 'where.picture' : hasOriginal ? 'where.original' : 'where.elsewhere')}
      </p>
      <p className="media-where">
        {isSent ? <CloudCheck aria-hidden /> : <CloudUpload aria-hidden />}
        {files.length === 0 ? t('where.nothing') : isSent ? t('where.sent') : t('where.waits', { count: missing })}
      </p>
    </Section>
  )
}
