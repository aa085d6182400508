import { Monitor, Moon, Smartphone, Sun } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../../../shared/collections/outcomes.ts'
import type { Post } from '../../../../shared/collections/posts.ts'
import { excerptOf, type PageCreator, type PageSite, renderPostPage } from '../../../../shared/domain/page/index.ts'
import styles from '../../../../shared/domain/page/styles.css?url'
import { playableOf } from '../../../../shared/domain/playable.ts'
import { readBody } from '../../../../shared/domain/richtext/document.ts'
import { deriveSlug } from '../../../../shared/domain/slug.ts'
import { sentenceOf } from '../../../app/errors.ts'
import { deviceZone } from '../../../app/format.ts'
import { useHostInfo, useSignedIn } from '../../../app/host-context.tsx'
import { isDark } from '../../../app/theme.ts'
import { useSetting } from '../../../data/index.ts'
import { Notice } from '../../../ui/notice.tsx'
import { SegmentedControl } from '../../../ui/toggles.tsx'
import { useMedia } from '../../media/use-medium.ts'
import { useAddresses } from '../../media/use-where.ts'
import { PageFrame } from './page-frame.tsx'
import { useMeasures } from './use-measures.ts'
import './preview.css'

/**
 * The page as readers will see it, made by the same code as the public one, from what is on this device.
 */
export default function Preview({ post, outcome }: { post: Post; outcome: Outcome | null }) {
  const { t } = useTranslation('posts')
  const [width, setWidth] = useState<'desktop' | 'phone'>('desktop')
  const [look, setLook] = useState<'light' | 'dark'>(isDark() ? 'dark' : 'light')
  const { blobBase } = useHostInfo()
  const { handle, name } = useSignedIn()
  const profile = useSetting('profile')
  const calendar = useSetting('calendar')
  const cover = useMeasures(post.cover)
  const avatar = useMeasures(profile.avatar)
  const media = useMedia(post.images)
  const { addressOf, isFar, onFailure } = useAddresses([...media.values()])

  const page = useMemo(() => {
    const creator: PageCreator = {
      handle,
      name: profile.name || name,
      bio: profile.bio,
      language: profile.language,
      zone: calendar.zone || deviceZone(),
      theme: profile.theme,
      accentHue: profile.accentHue,
      avatar,
      cover: null,
    }
    const local = (hash: string): string => new URL(blobBase + hash, location.href).href
    const site: PageSite = {
      origin: '',
      stylesheet: new URL(styles, location.href).href,
      preload: [],
      icon: '',
      imageUrl: local,
      media: (hash) => {
        const known = media.get(hash)
        if (!known) return null
        return { ...playableOf(known, (file) => new URL(addressOf(file), location.href).href), isElsewhere: isFar }
      },
    }
    try {
      const { json, text, words } = readBody(post.body)
      const at = outcome?.publishedAt || post.plan.at || new Date().toISOString()
      const html = renderPostPage(site, {
        creator,
        post: {
          slug: post.slug || deriveSlug(post.title),
          title: post.title,
          summary: post.summary,
          excerpt: post.summary ? '' : excerptOf(text),
          tags: post.tags,
          cover,
          words,
          publishedAt: at,
          updatedAt: at,
          body: json,
        },
        newer: null,
        older: null,
        preview: true,
      })
      return { html, error: null }
    } catch (error) {
      return { html: '', error }
    }
  }, [post, outcome, handle, name, profile, calendar.zone, avatar, cover, media, blobBase, addressOf, isFar])

  return (
    <div className="posts-preview">
      <div className="posts-preview-bar">
        <SegmentedControl<'desktop' | 'phone'>
          label={t('preview.width')}
          value={width}
          options={[
            { id: 'desktop', label: t('preview.desktop'), icon: <Monitor aria-hidden /> },
            { id: 'phone', label: t('preview.phone'), icon: <Smartphone aria-hidden /> },
          ]}
          onChange={setWidth}
        />
        <SegmentedControl<'light' | 'dark'>
          label={t('preview.look')}
          value={look}
          options={[
            { id: 'light', label: t('preview.light'), icon: <Sun aria-hidden /> },
            { id: 'dark', label: t('preview.dark'), icon: <Moon aria-hidden /> },
          ]}
          onChange={setLook}
        />
        <p className="meta">{t('preview.note')}</p>
      </div>
      {page.error ? (
        <Notice tone="red" title={t('preview.failed')}>
          {sentenceOf(page.error, t)}
        </Notice>
      ) : (
        <div className="posts-preview-stage" data-width={width}>
          <PageFrame
            title={t('preview.title', { title: post.title || t('untitled') })}
            html={page.html}
            look={look}
            onMediaFailure={onFailure}
          />
        </div>
      )}
    </div>
  )
}
