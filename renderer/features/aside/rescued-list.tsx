import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '../../app/errors.ts'
import { useFormat } from '../../app/format.ts'
import { usePosts, useStudio } from '../../data/index.ts'
import type { Rescued } from '../../data/types.ts'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'

/** What the host's files gave back after this browser had lost it, until somebody says it was seen. */
export function RescuedList({ rescued: { documents, at } }: { rescued: Rescued }) {
  const { t } = useTranslation('aside')
  const { forgetRescued } = useStudio()
  const { when, exact } = useFormat()
  const rows = usePosts()
  if (documents.length === 0) return null
  const posts = documents.filter(({ collection }) => collection === 'posts')
  const others = documents.length - posts.length
  const seen = () => {
    forgetRescued().catch((error: unknown) => toast({ message: sentenceOf(error, t), tone: 'red' }))
  }
  return (
    <section aria-label={t('rescued.title')}>
      <header className="aside-head">
        <div>
          <h2 className="aside-heading">{t('rescued.question', { count: documents.length })}</h2>
          <p className="aside-explain" title={exact(at)}>
            {t('rescued.explain', { when: when(at) })}
          </p>
        </div>
        <Button onPress={seen}>{t('rescued.seen')}</Button>
      </header>
      <ul className="aside-rows">
        {posts.map(({ id }) => (
          <li key={id} className="aside-row">
            <Link to="/posts/$id" params={{ id }} className="aside-row-title truncate">
              {rows.find((row) => row.id === id)?.title || t('untitled')}
            </Link>
          </li>
        ))}
        {others > 0 && <li className="aside-row">{t('rescued.others', { count: others })}</li>}
      </ul>
    </section>
  )
}
