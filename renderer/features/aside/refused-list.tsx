import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { sentenceOfProblem } from '../../app/errors.ts'
import { usePost, useStudio } from '../../data/index.ts'
import type { RefusedDocument } from '../../data/types.ts'
import { Button } from '../../ui/button.tsx'

/** What the server did not take: why, the way to mend it, and another try. */
export function RefusedList({ refused }: { refused: readonly RefusedDocument[] }) {
  const { t } = useTranslation('aside')
  const { sync } = useStudio()
  if (refused.length === 0) return null
  return (
    <section aria-label={t('refused.title')}>
      <header className="aside-head">
        <div>
          <h2 className="aside-heading">{t('refused.question', { count: refused.length })}</h2>
          <p className="aside-explain">{t('refused.explain')}</p>
        </div>
        <Button onPress={() => sync.retryRefused()}>{t('refused.again')}</Button>
      </header>
      <ul className="aside-rows">
        {refused.map((each) => (
          <RefusedRow key={`${each.collection}/${each.id}`} refused={each} />
        ))}
      </ul>
    </section>
  )
}

function RefusedRow({ refused }: { refused: RefusedDocument }) {
  const { t } = useTranslation('aside')
  const navigate = useNavigate()
  const { collection, id } = refused
  const isPost = collection === 'posts'
  const post = usePost(isPost ? id : '')
  const title = isPost ? post?.title || t('untitled') : t(`refused.of.${collection}`, { defaultValue: collection })
  const open = () =>
    isPost
      ? navigate({ to: '/posts/$id', params: { id } })
      : navigate({
          to: '/settings/$page',
          params: { page: id === 'publishing' || id === 'calendar' ? 'publishing' : 'profile' },
        })
  return (
    <li className="aside-row">
      <div className="aside-row-text">
        <p className="aside-row-title truncate">{title}</p>
        <p className="aside-why">{sentenceOfProblem(refused, t)}</p>
      </div>
      {(isPost || collection === 'settings') && (
        <Button onPress={() => void open()} aria-label={t('refused.mendNamed', { title })}>
          {t('refused.mend')}
        </Button>
      )}
    </li>
  )
}
