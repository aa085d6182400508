import { useTranslation } from 'react-i18next'
import { useFormat } from './format.ts'
import type { StartState } from './start-up.ts'

/** While what is kept here is encrypted, or opened again: the studio is closed, in all windows. */
export function Reforming({ state }: { state: Extract<StartState, { phase: 'reforming' }> }) {
  const { t } = useTranslation('app')
  const { number } = useFormat()
  const { to, done, of } = state
  const title = t(`reforming.${to}`)
  return (
    <main className="reforming">
      <h1 className="reforming-title">{title}</h1>
      <progress aria-label={title} max={Math.max(of, 1)} value={done} />
      <p role="status">{of === 0 ? t('reforming.waiting') : t('reforming.text', { of: number(of) })}</p>
    </main>
  )
}
