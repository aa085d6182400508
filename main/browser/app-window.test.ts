import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findBrowser } from '../../tools/find-browser.ts'
import type { HostRouter } from '../router.ts'
import { temporaryFolder } from '../testing/folder.ts'
import { until } from '../testing/processes.ts'
import { openAppWindow } from './app-window.ts'
import { createBrowserHost } from './host.ts'

const browser = findBrowser()

test.skipIf(!browser)('the window is signed in, and no ticket is where other users could read it', async () => {
  const folder = temporaryFolder()
  const asked: string[] = []
  const host = await createBrowserHost({
    port: 0,
    // Only a page with the cookie gets this far.
    pages: async (path) => {
      asked.push(path)
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><img src=/picture>' }
    },
    imports: () => Promise.reject(new Error('nothing is taken in')),
    router: Promise.withResolvers<HostRouter>().promise,
    log: () => undefined,
  })
  onTestFinished(() => host.close())
  // The real browser, without a screen; it writes down how it was called.
  const called = join(folder, 'called')
  const program = join(folder, 'browser.sh')
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${called}'\nexec '${browser}' --headless=new "$@"\n`)
  chmodSync(program, 0o700)
  const tickets: string[] = []
  const ticketUrl = () => {
    tickets.push(host.ticketUrl())
    return tickets.at(-1)!
  }
  const window = await openAppWindow({
    browser: program,
    doorUrl: host.doorUrl,
    ticketUrl,
    profile: join(folder, 'profile'),
  })
  onTestFinished(() => window.close())
  await until(() => asked.includes('/picture') || undefined)
  expect(asked.slice(0, 1)).toEqual(['/'])
  expect(asked).toContain('/picture')
  expect(tickets).toHaveLength(1)
  expect(readFileSync(called, 'utf8')).toContain(`--app=${host.doorUrl}`)
  expect(readFileSync(called, 'utf8')).not.toContain('ticket')
})
