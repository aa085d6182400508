import '@fontsource-variable/inter/opsz.css'
import '@fontsource-variable/newsreader/opsz.css'
import '@fontsource-variable/newsreader/opsz-italic.css'
import './ui/tokens.css'
import './ui/base.css'
// The tones of states are used by notices and the status bar too, on screens that show no badge.
import './ui/badge.css'
import i18next from 'i18next'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { sentenceOf } from './app/errors.ts'
import { connectHost } from './app/host.ts'
import { startI18n } from './app/i18n.ts'
import { createStartUp } from './app/start-up.ts'
import { applyTheme } from './app/theme.ts'
import { createLocalCopy } from './data/sealing/local-copy.ts'
import { systemName } from './features/account/device-name.ts'
import { toast } from './ui/toast.tsx'
import { toasts } from './ui/toast-queue.ts'

applyTheme()

// Fetched beside the host's first answers: the welcome screen needs no database.
const data = import('./data/studio.ts')

const startUp = createStartUp({
  async connect() {
    const host = await connectHost()
    return { host, info: await host.host.info() }
  },
  async openStudio({ key, ...wish }) {
    const sealing = key === null ? null : await (await import('./data/sealing/index.ts')).createSealing(key)
    return (await data).openStudio({ ...wish, deviceName: systemName(wish.info), sealing })
  },
  copyOf: (workspaceId) =>
    createLocalCopy({ workspaceId, memory: localStorage, locks: navigator.locks, onError: reportError }),
  windows: new BroadcastChannel('grover-session'),
})

// What was said over the open studio may hold its words.
startUp.subscribe(() => {
  if (startUp.state().phase === 'locked') toasts.clear()
})

// What nobody caught: said once, in a sentence, with the console for the rest.
addEventListener('unhandledrejection', ({ reason }) => {
  if (reason instanceof Error && reason.name === 'AbortError') return
  toast({ message: sentenceOf(reason, i18next.t), tone: 'red' })
})
addEventListener('error', ({ error }) => {
  if (error instanceof Error) toast({ message: sentenceOf(error, i18next.t), tone: 'red' })
})

const begun = startUp.begin()
await startI18n()
createRoot(document.getElementById('root')!).render(<App startUp={startUp} />)
await begun
