import { useLocation, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSetting, useStudio, useSyncStatus } from '../data/hooks.tsx'
import { toast } from '../ui/toast.tsx'
import { type Command, useCommandList } from './commands.ts'
import { useHost, useSession, useSignedIn } from './host-context.tsx'
import { chooseLanguage } from './i18n.ts'
import { listFoldsBelow } from './posts-pane.tsx'
import { settingPages } from './setting-pages.ts'
import { useStartUp } from './start-up.ts'
import { wayToSync } from './sync-words.ts'
import { chooseTheme, isDark } from './theme.ts'

/** The button of the work area that is on the screen, see ui/work-area.tsx. */
const inspectorToggle = () => document.getElementById('toggle-inspector')

/** Where Esc, with nothing left to close, steps back to the posts: the settings, and an open post that hides the list. */
const isAway = (pathname: string): boolean =>
  pathname.startsWith('/settings') || (pathname.startsWith('/posts/') && innerWidth < listFoldsBelow)

/** The palette says by its title why a sync cannot be had now. */
const syncTitles = { try: 'app:command.syncNow', 'sign-in': 'app:status.signedOut', reload: 'app:status.outdated' }

/** The commands that are there on every screen. */
export function useFrameCommands({ openPalette, openShortcuts }: { openPalette(): void; openShortcuts(): void }) {
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const studio = useStudio()
  const publishing = useSetting('publishing')
  const { signOut } = useSession()
  const host = useHost()
  const { workspaceId } = useSignedIn()
  const startUp = useStartUp()
  const way = useSyncStatus(({ phase }) => wayToSync(phase))
  const { t } = useTranslation('app')

  const go = (
    id: string,
    titleKey: string,
    shortcut: string,
    to: '/posts' | '/plan' | '/media' | '/review' | '/aside',
  ): Command => ({
    id,
    titleKey,
    group: 'go',
    shortcut,
    run: () => navigate({ to }),
  })
  const isPaused = publishing.paused
  const setPaused = async (paused: boolean, offersUndo: boolean) => {
    await studio.settings.patch('publishing', { paused })
    toast({
      message: t(paused ? 'pausedNow' : 'resumedNow'),
      action: offersUndo ? { label: t('ui:undo'), run: () => setPaused(!paused, false).catch(reportError) } : undefined,
    })
  }
  const syncNow = () => {
    if (way === 'try') studio.sync.nudge()
    else if (way === 'sign-in') startUp.askToSignInAgain(true)
    else toast({ message: t('sync.outdatedText'), action: { label: t('error.reload'), run: () => location.reload() } })
  }
  const lock = async () => {
    const { hasPassphrase } = await host.encryption.state({ workspaceId })
    if (hasPassphrase) return startUp.lock()
    const toStorage = () => navigate({ to: '/settings/$page', params: { page: 'storage' } })
    toast({ message: t('lockNeeds'), action: { label: t('lockSet'), run: () => void toStorage() } })
  }
  useCommandList([
    {
      id: 'app.palette',
      titleKey: 'app:command.palette',
      group: 'go',
      shortcut: 'Mod+K',
      isHidden: true,
      run: openPalette,
    },
    go('go.posts', 'app:command.goPosts', 'G P', '/posts'),
    go('go.plan', 'app:command.goPlan', 'G C', '/plan'),
    go('go.media', 'app:command.goMedia', 'G M', '/media'),
    go('go.review', 'app:command.goReview', 'G R', '/review'),
    go('go.aside', 'app:command.goAside', 'G A', '/aside'),
    {
      id: 'go.settings',
      titleKey: 'app:command.goSettings',
      group: 'go',
      shortcut: 'Mod+,',
      run: () => navigate({ to: '/settings/$page', params: { page: 'account' } }),
    },
    ...settingPages.map(
      (page): Command => ({
        id: `settings.${page}`,
        titleKey: `app:command.settings.${page}`,
        group: 'account',
        run: () => navigate({ to: '/settings/$page', params: { page } }),
      }),
    ),
    {
      id: 'view.theme',
      titleKey: 'app:command.toggleTheme',
      group: 'view',
      run: () => chooseTheme(isDark() ? 'light' : 'dark'),
    },
    {
      id: 'view.inspector',
      titleKey: 'app:command.toggleInspector',
      group: 'view',
      shortcut: 'Mod+.',
      isEnabled: () => inspectorToggle() !== null,
      run: () => inspectorToggle()?.click(),
    },
    {
      id: 'view.back',
      titleKey: 'app:command.back',
      group: 'go',
      shortcut: 'Escape',
      isHidden: true,
      isEnabled: () => isAway(pathname),
      run: () => navigate({ to: '/posts' }),
    },
    { id: 'view.theme-system', titleKey: 'app:command.themeSystem', group: 'view', run: () => chooseTheme('system') },
    {
      id: 'view.english',
      titleKey: 'app:command.english',
      group: 'view',
      keywords: 'English language Sprache',
      run: () => chooseLanguage('en'),
    },
    {
      id: 'view.german',
      titleKey: 'app:command.german',
      group: 'view',
      keywords: 'Deutsch language Sprache',
      run: () => chooseLanguage('de'),
    },
    { id: 'sync.now', titleKey: syncTitles[way], group: 'account', run: syncNow },
    {
      id: 'publishing.pause',
      titleKey: isPaused ? 'app:command.resumeAll' : 'app:command.pauseAll',
      group: 'posts',
      keywords: t('status.paused'),
      isWeighty: true,
      run: () => setPaused(!isPaused, true),
    },
    { id: 'account.lock', titleKey: 'app:command.lock', group: 'account', isWeighty: true, run: lock },
    {
      id: 'account.sign-out',
      titleKey: 'app:command.signOut',
      group: 'account',
      isWeighty: true,
      run: signOut,
    },
    { id: 'app.shortcuts', titleKey: 'app:command.shortcuts', group: 'help', shortcut: '?', run: openShortcuts },
  ])
}
