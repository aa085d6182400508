import { CalendarClock, CloudCheck, Globe, Laptop } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** What the studio is for, as one picture: a post on its way from a plane to its readers, and what is true at each stop. */
export function PromisePicture() {
  const { t } = useTranslation('account')
  const stops = [
    { id: 'device', icon: Laptop },
    { id: 'server', icon: CloudCheck },
    { id: 'promised', icon: CalendarClock },
    { id: 'published', icon: Globe },
  ] as const
  return (
    <aside className="promise" aria-label={t('promise.label')}>
      <div className="promise-page">
        <p className="promise-kicker">{t('promise.kicker')}</p>
        <p className="promise-title">{t('promise.title')}</p>
        <p className="promise-text">{t('promise.text')}</p>
      </div>
      <ol className="promise-stops">
        {stops.map(({ id, icon: Icon }) => (
          <li key={id} className="promise-stop">
            <span className="promise-icon">
              <Icon aria-hidden />
            </span>
            <span>
              <b>{t(`promise.${id}.what`)}</b>
              <span className="meta num">{t(`promise.${id}.when`)}</span>
            </span>
          </li>
        ))}
      </ol>
    </aside>
  )
}
