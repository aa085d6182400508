import { useNavigate, useSearch } from '@tanstack/react-router'
import { Archive } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useTitle } from '../../app/title.ts'
import { useLost, useRescued, useSyncStatus } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { WorkArea } from '../../ui/work-area.tsx'
import { LostCard } from './lost-card.tsx'
import { RefusedList } from './refused-list.tsx'
import { RescuedList } from './rescued-list.tsx'
import './aside.css'

/** More cards at once than this nobody reads, and each compares two texts. */
const pageSize = 20

/** What did not make it into the work: versions that lost a merge, what the server refused, what came back. */
export default function AsideRoute() {
  const { t } = useTranslation('aside')
  const navigate = useNavigate()
  const { post } = useSearch({ from: '/aside' })
  const all = useLost()
  const lost = post ? all.filter(({ documentId }) => documentId === post) : all
  const refused = useSyncStatus().refused
  const rescued = useRescued()
  const [shown, setShown] = useState(pageSize)
  const section = useRef<HTMLElement>(null)
  useTitle(t('title'))

  const isEmpty = lost.length === 0 && (post !== undefined || (refused.length === 0 && rescued.documents.length === 0))
  return (
    <WorkArea
      title={t('title')}
      actions={post && <Button onPress={() => void navigate({ to: '/aside' })}>{t('showAll')}</Button>}
    >
      {isEmpty ? (
        <EmptyState
          picture={<Archive />}
          title={t('empty.title')}
          action={<Button onPress={() => void navigate({ to: '/posts' })}>{t('empty.action')}</Button>}
        >
          {t('empty.text')}
        </EmptyState>
      ) : (
        <div className="aside">
          {!post && <RescuedList rescued={rescued} />}
          {!post && <RefusedList refused={refused} />}
          {lost.length > 0 && (
            // Where the keyboard goes when the card it was in has been dealt with.
            <section ref={section} tabIndex={-1} className="aside-lost" aria-label={t('lost.title')}>
              <h2 className="aside-heading">{t('lost.question', { count: lost.length })}</h2>
              <p className="aside-explain">{t('lost.explain')}</p>
              {lost.slice(0, shown).map((each) => (
                <LostCard key={each.id} lost={each} onDone={() => section.current?.focus()} />
              ))}
              {lost.length > shown && (
                <Button onPress={() => setShown(shown + pageSize)}>
                  {t('more', { count: Math.min(pageSize, lost.length - shown) })}
                </Button>
              )}
            </section>
          )}
        </div>
      )}
    </WorkArea>
  )
}
