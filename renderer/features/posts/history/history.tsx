import { History as HistoryIcon, RotateCcw } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Post } from '../../../../shared/collections/posts.ts'
import type { Version } from '../../../../shared/collections/versions.ts'
import { blocksOf, countChanges, diffBlocks } from '../../../../shared/domain/history/block-diff.ts'
import { countWords, readBody } from '../../../../shared/domain/richtext/index.ts'
import { detailOf, sentenceOf } from '../../../app/errors.ts'
import { useFormat } from '../../../app/format.ts'
import { useSetting } from '../../../data/index.ts'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { changedFields, type FieldName } from './changed-fields.ts'
import { Pieces } from './pieces.tsx'
import { TextChanges } from './text-changes.tsx'
import { type History, useVersionText } from './use-history.ts'
import { VersionSlider } from './version-slider.tsx'
import './history.css'

type Props = {
  post: Post
  history: History
  /** Readers have the address: it is not brought back with a version. */
  keepsSlug: (version: Version) => boolean
  pictureUrl: (hash: string) => string
  onRestore: (version: Version) => void
  onLeave: () => void
}

/** The versions of a post, each beside what the post is now. */
export default function HistoryView({ post, history, keepsSlug, pictureUrl, onRestore, onLeave }: Props) {
  const { t } = useTranslation('posts')
  const { versions, selected } = history
  if (!versions) return null
  if (!selected)
    return (
      <div className="frame-blank">
        <EmptyState
          picture={<HistoryIcon />}
          title={t('history.empty.title')}
          action={<Button onPress={onLeave}>{t('history.empty.write')}</Button>}
        >
          {t('history.empty.text')}
        </EmptyState>
      </div>
    )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc steps back from whatever has the focus inside
    <div
      className="history"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        onLeave()
      }}
    >
      <div className="history-bar">
        <VersionSlider {...history} />
      </div>
      <Comparison
        post={post}
        version={selected}
        keepsSlug={keepsSlug(selected)}
        pictureUrl={pictureUrl}
        onRestore={onRestore}
      />
    </div>
  )
}

type ComparisonProps = Pick<Props, 'post' | 'pictureUrl' | 'onRestore'> & { version: Version; keepsSlug: boolean }

function Comparison({ post, version, keepsSlug, pictureUrl, onRestore }: ComparisonProps) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const { language } = useSetting('profile')
  const { json, error } = useVersionText(version)
  const page = useRef<HTMLElement>(null)
  const now = useMemo(() => readNow(post.body), [post.body])

  const changes = useMemo(() => (json ? diffBlocks(blocksOf(json), now) : undefined), [json, now])
  const say = (name: FieldName, value: string): string =>
    name === 'visibility'
      ? t(`visibility.${value}`)
      : name === 'cover'
        ? t(value ? 'history.cover.some' : 'history.cover.none')
        : value || t('history.nothing')
  const fields = changedFields(version, post, say)
  const isSame = changes?.every(({ kind }) => kind === 'same') && fields.length === 0

  // A long text is shown where it differs.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each version that is looked at
  useEffect(() => {
    if (!changes) return
    const first = fields.length > 0 ? null : page.current?.querySelector('[data-change]')
    if (first) first.scrollIntoView({ block: 'center' })
    else page.current?.scrollTo({ top: 0 })
  }, [version.id, changes === undefined])

  const why = t(`history.sentence.${version.why}`, {
    when: format.when(version.at),
    device: version.device || t('history.noDevice'),
  })
  if (error)
    return (
      <div className="posts-broken">
        <Notice tone="red" title={t('history.broken')} detail={detailOf(error)}>
          {sentenceOf(error, t)}
        </Notice>
      </div>
    )
  const { added, removed } = countChanges(changes ?? [], countWords)
  return (
    <>
      <div className="history-head">
        <div className="history-head-words">
          <h2 title={format.exact(version.at)}>{why}</h2>
          {changes && (
            <p className="meta" role="status">
              {isSame
                ? t('history.same')
                : added + removed === 0
                  ? t('history.sameWords')
                  : [
                      added > 0 && t('history.added', { count: added, shown: format.number(added) }),
                      removed > 0 && t('history.removed', { count: removed, shown: format.number(removed) }),
                    ]
                      .filter(Boolean)
                      .join(' ')}
            </p>
          )}
        </div>
        <Button
          variant="primary"
          icon={<RotateCcw aria-hidden />}
          isDisabled={!changes || isSame === true}
          onPress={() => onRestore(version)}
        >
          {t('history.restore')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard */}
      <section ref={page} className="history-page" aria-label={t('history.compared')} tabIndex={0}>
        <div className="history-sheet">
          {fields.length > 0 && (
            <dl className="history-fields" aria-label={t('history.fields')}>
              {fields.map(({ name, pieces }) => (
                <div key={name}>
                  <dt>{t(`history.field.${name}`)}</dt>
                  <dd>
                    <Pieces pieces={pieces} />
                    {name === 'slug' && keepsSlug && <span className="meta"> {t('history.slugStays')}</span>}
                  </dd>
                </div>
              ))}
            </dl>
          )}
          {changes && <TextChanges changes={changes} language={language} imageUrl={pictureUrl} />}
        </div>
      </section>
    </>
  )
}

/** The post's own text; of one that cannot be read nothing is there, and all of a version would come back. */
function readNow(body: string): ReturnType<typeof blocksOf> {
  try {
    return blocksOf(readBody(body).json)
  } catch {
    return []
  }
}
