import { useTranslation } from 'react-i18next'
import type { Plan } from '../../../shared/collections/posts.ts'
import { cityOf, useFormat } from '../../app/format.ts'
import { useHostInfo } from '../../app/host-context.tsx'

/** Fields whose values have words of their own, see `value` in the locales. */
const worded = new Set(['visibility', 'kind', '_deleted', 'profile.theme', 'publishing.paused', 'publishing.late'])

/** A value of one field as a person reads it. */
export function Value({ field, value }: { field: string; value: unknown }) {
  const { t } = useTranslation('aside')
  const { locale, number } = useFormat()
  if (value === '' || value === null || value === undefined)
    return <span className="aside-nothing">{t(field === 'calendar.zone' ? 'value.deviceZone' : 'nothing')}</span>
  if (field === 'plan') return <PlanWords plan={value as Plan} />
  if (worded.has(field)) return <>{t(`value.${field.replace('.', '-')}.${value}`, { defaultValue: String(value) })}</>
  switch (field) {
    case 'cover':
    case 'profile.avatar':
    case 'profile.cover':
      return <Picture hash={String(value)} />
    case 'profile.language':
      return <>{languageIn(locale, String(value))}</>
    case 'profile.accentHue':
      return (
        <span className="aside-hue">
          <span style={{ background: `oklch(0.62 0.13 ${Number(value)})` }} aria-hidden />
          {t('value.hue', { degrees: number(Math.round(Number(value))) })}
        </span>
      )
    case 'calendar.zone':
      return <>{cityOf(String(value))}</>
    case 'calendar.weekStart':
      return <>{weekdayIn(locale, Number(value)) ?? t('value.byLocale')}</>
  }
  return <>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</>
}

/** As it stands where it is no language. */
function languageIn(locale: string, language: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}

/** 1 Monday … 7 Sunday; 0 is none. */
const weekdayIn = (locale: string, day: number): string | null =>
  day === 0
    ? null
    : new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day))

function PlanWords({ plan: { mode, at, zone, late } }: { plan: Plan }) {
  const { t } = useTranslation('aside')
  const { when, exact } = useFormat()
  if (mode === 'draft') return <>{t('value.plan.draft')}</>
  return (
    <>
      <p title={exact(at, zone || undefined)}>{t(`value.plan.${mode}`, { when: when(at, zone || undefined) })}</p>
      {mode === 'schedule' && <p className="meta">{t(`value.plan.late.${late}`)}</p>}
    </>
  )
}

function Picture({ hash }: { hash: string }) {
  const { t } = useTranslation('aside')
  const { blobBase } = useHostInfo()
  return <img className="aside-picture" src={blobBase + hash} alt={t('value.picture')} />
}
