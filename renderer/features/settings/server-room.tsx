import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../app/format.ts'
import { useLibrary, useStudio } from '../../data/index.ts'
import { Failure } from '../account/failure.tsx'
import { useRoom } from '../account/queries.tsx'
import { largestOf, mayBeLargest } from './largest.ts'
import { Fact, Section } from './section.tsx'

const shown = 5

/** How much of the workspace's room on the server is taken, and by what. */
export function ServerRoom() {
  const { t } = useTranslation('settings')
  const { bytes, number, percent } = useFormat()
  const { data: room, error, refetch } = useRoom()
  const largest = useLargest()
  return (
    <Section title={t('room.title')}>
      {!room && <Failure error={error} onRetry={() => void refetch()} />}
      {room && (
        <>
          <meter
            className="setting-meter"
            aria-label={t('room.title')}
            min={0}
            max={room.quotaBytes}
            high={room.quotaBytes * 0.9}
            value={room.usedBytes}
          >
            {percent(room.usedBytes / room.quotaBytes)}
          </meter>
          <dl className="setting-facts num">
            <Fact label={t('room.used')}>
              {t('room.usedOf', { used: bytes(room.usedBytes), of: bytes(room.quotaBytes) })}
            </Fact>
            <Fact label={t('room.files')}>{number(room.files)}</Fact>
            {room.incomingBytes > 0 && <Fact label={t('room.incoming')}>{bytes(room.incomingBytes)}</Fact>}
          </dl>
        </>
      )}
      {largest.length > 0 && (
        <section aria-label={t('room.most')}>
          <h3 className="setting-line-label">{t('room.most')}</h3>
          <ul className="setting-largest">
            {largest.map(({ media, bytes: size }) => (
              <li key={media.id}>
                <Link to="/media/$id" params={{ id: media.id }} className="truncate">
                  {media.name}
                </Link>
                <span className="meta num">{bytes(size)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Section>
  )
}

function useLargest() {
  const { db } = useStudio()
  const { media } = useLibrary()
  const [largest, setLargest] = useState<ReturnType<typeof largestOf>>([])
  useEffect(() => {
    const candidates = mayBeLargest(media)
    const subscription = db.outcomes
      .findByIds(candidates.flatMap(({ files }) => files.map(({ hash }) => hash)))
      .$.subscribe((outcomes) =>
        setLargest(largestOf(candidates, (hash) => outcomes.get(hash)?.state === 'stored').slice(0, shown)),
      )
    return () => subscription.unsubscribe()
  }, [db, media])
  return largest
}
