import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePostsEverywhere } from '../features/posts/everywhere.ts'
import { runCommand } from './commands.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import { useFrameCommands } from './frame-commands.ts'
import { useHost } from './host-context.tsx'
import { Rail } from './rail.tsx'
import { useRescueNews } from './rescue-news.ts'
import { listenForShortcuts } from './shortcuts.ts'
import { StatusBar } from './status-bar.tsx'
import './frame.css'

const Palette = lazy(() => import('./palette.tsx'))
const ShortcutsHelp = lazy(() => import('./shortcuts-help.tsx'))

/** Rail, work, status: the one frame of all features. */
export function Frame() {
  const { t } = useTranslation('app')
  const { pathname } = useLocation()
  const [open, setOpen] = useState<'palette' | 'shortcuts' | null>(null)
  useFrameCommands({ openPalette: () => setOpen('palette'), openShortcuts: () => setOpen('shortcuts') })
  useHostCommands()
  usePostsEverywhere()
  useRescueNews()
  useEffect(() => listenForShortcuts(window), [])
  const close = () => setOpen(null)
  const area = pathname.split('/')[1] ?? ''

  return (
    <div className="frame">
      <button type="button" className="frame-skip" onClick={() => document.getElementById('work')?.focus()}>
        {t('skip')}
      </button>
      <Rail area={area} />
      <main id="work" className="frame-main" tabIndex={-1}>
        <ErrorBoundary resetKey={area}>
          <Suspense>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <StatusBar />
      <Suspense>
        {open === 'palette' && <Palette onClose={close} />}
        {open === 'shortcuts' && <ShortcutsHelp onClose={close} />}
      </Suspense>
    </div>
  )
}

/** The native menu, the tray and deep links speak in command ids. */
function useHostCommands() {
  const host = useHost()
  useEffect(() => {
    const leave = new AbortController()
    const listen = async () => {
      const commands = await host.host.commands(undefined, { signal: leave.signal })
      for await (const { command } of commands) {
        // A link from outside the studio; the host has compared it with its list of harmless places.
        if (command.startsWith('go:/')) location.hash = command.slice('go:'.length)
        else runCommand(command)
      }
    }
    // A host that goes away takes the whole window with it; there is nothing to tell here.
    listen().catch(() => {})
    return () => leave.abort()
  }, [host])
}
