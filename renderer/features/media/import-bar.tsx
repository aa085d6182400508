import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '../../app/errors.ts'
import { useFormat } from '../../app/format.ts'
import { useImports, useStudio } from '../../data/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Progress } from './progress.tsx'

/** How far the files that were handed over have come, and which could not be taken, each with its reason. */
export function ImportBar() {
  const { t } = useTranslation('media')
  const { number } = useFormat()
  const { items } = useImports()
  const { imports } = useStudio().media
  if (items.length === 0) return null
  const of = (...states: string[]) => items.filter(({ state }) => states.includes(state))
  const open = of('waiting', 'running')
  const failed = of('failed')
  const ended = items.length - open.length
  const facts = [
    [of('done').length, 'added'],
    [of('known').length, 'known'],
    [of('cancelled').length, 'cancelled'],
    [failed.length, 'failed'],
  ] as const
  const summary = facts.filter(([count]) => count > 0).map(([count, what]) => t(`import.${what}`, { count }))
  return (
    <section className="media-imports" aria-label={t('import.label')}>
      <div className="media-imports-head">
        {open.length > 0 ? (
          <>
            <span className="num">{t('import.going', { done: number(ended), of: number(items.length) })}</span>
            <Progress label={t('import.label')} value={ended / items.length} />
            <span className="meta truncate">
              {of('running')
                .map(({ name }) => name)
                .join(', ')}
            </span>
            <Button size="compact" onPress={imports.cancel}>
              {t('import.stop')}
            </Button>
          </>
        ) : (
          <>
            {failed.length > 0 ? <CircleAlert aria-hidden /> : <CircleCheck aria-hidden />}
            <span role="status">{summary.join(' · ')}</span>
            <IconButton size="compact" label={t('import.close')} icon={<X aria-hidden />} onPress={imports.clear} />
          </>
        )}
      </div>
      {failed.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
        <ul className="media-imports-failed" aria-label={t('import.failedList')} tabIndex={0}>
          {failed.map(({ id, name, error }) => (
            <li key={id}>
              <strong>{name}</strong> {sentenceOf(error, t)}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
