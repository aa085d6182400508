import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Mark } from './mark.tsx'
import { PromisePicture } from './promise-picture.tsx'
import './account.css'

/** The page around whatever is asked before the studio opens. */
export function WelcomeFrame({ children, foot }: { children: ReactNode; foot?: ReactNode }) {
  const { t } = useTranslation('app')
  return (
    <div className="welcome">
      <main className="welcome-main">
        <div className="welcome-brand">
          <Mark />
          {t('name')}
        </div>
        <div className="welcome-form">{children}</div>
        {foot}
      </main>
      <PromisePicture />
    </div>
  )
}
