import { Header } from 'react-aria-components/Header'
import { ListBox, ListBoxItem, ListBoxSection } from 'react-aria-components/ListBox'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../app/format.ts'
import { byDay } from './days.ts'
import type { History } from './use-history.ts'
import { WhyMark } from './why-mark.tsx'
import './history.css'

/** Every version of the post by day, newest first; arrow keys go from one to the next. */
export function VersionList({ versions = [], selected, select }: History) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const before = new Map(versions.map((version, i) => [version.id, versions[i + 1]]))
  return (
    <ListBox
      className="history-list"
      aria-label={t('history.versions')}
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={selected ? [selected.id] : []}
      onSelectionChange={(keys) => {
        const [id] = keys
        if (id !== undefined) select(String(id))
      }}
    >
      {byDay(versions).map((day) => (
        <ListBoxSection key={day.key} className="history-day" aria-label={format.day(day.ms)}>
          <Header className="history-day-name">{format.day(day.ms)}</Header>
          {day.versions.map((version) => {
            const time = format.time(version.at)
            const why = t(`history.why.${version.why}`)
            const device = version.device || t('history.noDevice')
            const words = t('count.words', { count: version.words, shown: format.number(version.words) })
            const delta = version.words - (before.get(version.id)?.words ?? version.words)
            return (
              <ListBoxItem
                key={version.id}
                id={version.id}
                className="history-version"
                textValue={`${time}, ${why}, ${device}`}
              >
                <span className="history-version-time num">{time}</span>
                <span className="history-version-why">
                  <WhyMark why={version.why} />
                  {why}
                </span>
                <span className="history-version-device truncate">{device}</span>
                <span className="history-version-words num">
                  {words}
                  {delta !== 0 && ` (${delta > 0 ? '+' : '−'}${format.number(Math.abs(delta))})`}
                </span>
              </ListBoxItem>
            )
          })}
        </ListBoxSection>
      ))}
    </ListBox>
  )
}
