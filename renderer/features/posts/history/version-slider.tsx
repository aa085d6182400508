import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../app/format.ts'
import type { History } from './use-history.ts'

/** Through the versions from the oldest, at the left, to the newest. */
export function VersionSlider({ versions = [], selected, select }: History) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const id = useId()
  const oldestFirst = [...versions].reverse()
  const at = selected ? oldestFirst.indexOf(selected) : 0
  return (
    <div className="history-slider">
      <label className="sr-only" htmlFor={id}>
        {t('history.slider')}
      </label>
      <input
        // biome-ignore lint/a11y/noAutofocus: the history was asked for, and the keyboard goes on in it
        autoFocus
        id={id}
        type="range"
        min={0}
        max={Math.max(0, oldestFirst.length - 1)}
        value={at}
        aria-valuetext={selected ? `${format.when(selected.at)}, ${t(`history.why.${selected.why}`)}` : ''}
        onChange={(event) => {
          const version = oldestFirst[Number(event.target.value)]
          if (version) select(version.id)
        }}
      />
      <div className="history-ticks" aria-hidden>
        {oldestFirst.map(({ id: each, why }) => (
          <span key={each} data-why={why} />
        ))}
      </div>
      <p className="history-ends meta" aria-hidden>
        <span>{oldestFirst[0] && format.when(oldestFirst[0].at)}</span>
        <span className="num">{t('history.place', { at: at + 1, count: oldestFirst.length })}</span>
        <span>{versions[0] && format.when(versions[0].at)}</span>
      </p>
    </div>
  )
}
