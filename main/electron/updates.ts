import type { Log } from '../services/log.ts'

/** What of electron-updater is used. */
type Updater = {
  autoDownload: boolean
  autoInstallOnAppQuit: boolean
  allowDowngrade: boolean
  logger: unknown
  setFeedURL(options: { provider: 'generic'; url: string }): void
  checkForUpdates(): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'update-downloaded', listener: (info: { version: string }) => void): unknown
}

const everyMs = 6 * 60 * 60_000

/**
 * Looks for a newer version on one's own server (any folder of files over https), now and every six hours; it is installed when
 * the person quits. Only where a feed is configured and the app is packaged. Returns how to stop looking.
 */
export async function startUpdates(options: {
  feed: string | undefined
  isPackaged: boolean
  load: () => Promise<Updater>
  downloaded: (version: string) => void
  log: Log
}): Promise<() => void> {
  const { feed, isPackaged, load, downloaded, log } = options
  if (!feed || !isPackaged) return () => undefined
  if (!URL.canParse(feed) || new URL(feed).protocol !== 'https:') {
    log('Updates are off: the address they come from must begin with https.')
    return () => undefined
  }
  const updater = await load()
  updater.autoDownload = true
  updater.autoInstallOnAppQuit = true
  updater.allowDowngrade = false
  updater.logger = null
  updater.setFeedURL({ provider: 'generic', url: feed })
  updater.on('error', (error) => log('No update could be fetched.', error))
  updater.on('update-downloaded', ({ version }) => downloaded(version))
  // A failure reaches the error listener too; offline is no event worth two lines.
  const look = () => void updater.checkForUpdates().catch(() => undefined)
  look()
  const timer = setInterval(look, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
