import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { useTranslation } from 'react-i18next'
import { ToastRegion } from '../ui/toast.tsx'
import { Stopped } from './error-boundary.tsx'
import { useFormat } from './format.ts'
import { Reforming } from './reforming.tsx'
import { makeRouter } from './routes.tsx'
import { type StartUp, StartUpContext, useStartState } from './start-up.ts'

const Unlock = lazy(() => import('../features/account/unlock.tsx'))

export function App({ startUp }: { startUp: StartUp }) {
  const { locale } = useFormat()
  return (
    <I18nProvider locale={locale}>
      <StartUpContext value={startUp}>
        <Started />
        <ToastRegion />
      </StartUpContext>
    </I18nProvider>
  )
}

function Started() {
  const { t } = useTranslation('app')
  const state = useStartState()
  const [router] = useState(makeRouter)
  switch (state.phase) {
    case 'starting':
      // Fades in after a moment: mostly the studio is there first.
      return (
        <div className="opening" role="status">
          {t('opening')}
        </div>
      )
    case 'failed':
      return <Stopped kind="start" error={state.error} onRetry={() => location.reload()} />
    case 'reforming':
      return <Reforming state={state} />
    case 'locked':
      return (
        <Suspense>
          <Unlock email={state.session.email} error={state.error} />
        </Suspense>
      )
    case 'welcome':
    case 'studio':
      return <RouterProvider router={router} />
  }
}
