import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'chrome',
  'msedge',
]
const places: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((root) =>
    root
      ? [join(root, 'Google/Chrome/Application/chrome.exe'), join(root, 'Microsoft/Edge/Application/msedge.exe')]
      : [],
  ),
}

const runs = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A browser of the Chromium family: the setting GROVER_BROWSER, PATH, then the usual places. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.GROVER_BROWSER) return runs(env.GROVER_BROWSER) ? env.GROVER_BROWSER : undefined
  const onPath = (env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  return [...onPath, ...(places[process.platform] ?? [])].find(runs)
}

export const installHint =
  'No Chromium, Chrome or Edge was found. Install one (on Debian: apt-get install chromium) or set GROVER_BROWSER to its path.'

/** For tests: as `findBrowser`, but root on Debian installs what is missing, as the hint says. */
export function requireBrowser(): string {
  const found = findBrowser()
  if (found) return found
  const debianRoot = process.getuid?.() === 0 && runs('/usr/bin/apt-get')
  if (debianRoot && !process.env.GROVER_BROWSER) {
    console.log('Installing Chromium from Debian …')
    const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options)
    const installed = findBrowser()
    if (installed) return installed
  }
  throw new Error(installHint)
}
