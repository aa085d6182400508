import { Navigate, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { StudioProvider } from '../data/hooks.tsx'
import { Frame } from './frame.tsx'
import { DeskContext, SessionContext, type SessionValue } from './host-context.tsx'
import { ServerContext } from './server.ts'
import { useStartState, useStartUp } from './start-up.ts'

const Welcome = lazy(() => import('../features/account/welcome-route.tsx'))

/** Who is signed in decides what any address shows: nobody sees the welcome screen, a creator sees the frame. */
export function Root() {
  const startUp = useStartUp()
  const state = useStartState()
  const { pathname } = useLocation()
  const session = state.phase === 'studio' ? state.session : null
  const sessionValue = useMemo<SessionValue>(
    () => ({ session, signIn: startUp.signIn, signOut: startUp.signOut, refresh: startUp.refresh }),
    [session, startUp],
  )
  if (state.phase !== 'welcome' && state.phase !== 'studio') return null
  const isAtWelcome = pathname === '/welcome'
  const inside = state.phase === 'studio' && !state.isSigningInAgain

  return (
    <DeskContext value={state.desk}>
      <SessionContext value={sessionValue}>
        <ServerContext value={startUp.server()}>
          {inside ? (
            <StudioProvider studio={state.studio}>
              {isAtWelcome ? <Navigate to="/posts" replace /> : <Frame />}
            </StudioProvider>
          ) : isAtWelcome || state.phase === 'studio' ? (
            <Suspense>
              <Welcome
                email={session?.email ?? ''}
                onBack={state.phase === 'studio' ? () => startUp.askToSignInAgain(false) : null}
              />
            </Suspense>
          ) : (
            <Navigate to="/welcome" replace />
          )}
        </ServerContext>
      </SessionContext>
    </DeskContext>
  )
}
