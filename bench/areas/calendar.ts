import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { removeFolder, temporaryFolder } from '../../e2e/processes.ts'
import { findBrowser, installHint } from '../../tools/find-browser.ts'
import { atMost, type Figure, median, noted } from '../figure.ts'

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Chatham', 'Africa/Casablanca']
const rounds = 7
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
}

/**
 * A month of 1,000 posts, drawn from nothing by the studio's own calendar in Chromium: the built components over posts
 * in memory. The worst zone's median counts, and the first drawing in each zone, which reads its zone data; the window's
 * very first, with code that has not run yet, is noted.
 */
export async function run(): Promise<Figure[]> {
  const executablePath = findBrowser()
  if (!executablePath) throw new Error(installHint)
  const folder = temporaryFolder('bench-calendar')
  const root = join(import.meta.dirname, 'calendar')
  await build({
    configFile: false,
    root,
    base: './',
    plugins: [react()],
    build: { outDir: folder, emptyOutDir: true, target: 'chrome128' },
    logLevel: 'error',
  })
  const server = createServer((request, response) => {
    const path = join(folder, new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '/index.html'))
    if (!path.startsWith(folder) || !existsSync(path)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
    return createReadStream(path).pipe(response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction('window.ready')
    const measure = (view: string, zone: string) =>
      page.evaluate(
        ([view, zone]) => (window as unknown as Harness).measure({ view: view!, zone: zone!, count: 1000 }),
        [view, zone],
      )
    const worst = async (view: string) => {
      const shown: number[] = []
      let first = 0
      for (const zone of zones) {
        const times: number[] = []
        for (let i = 0; i < rounds; i++) times.push((await measure(view, zone)).shownMs)
        first = Math.max(first, times[0]!)
        shown.push(median(times.slice(1)))
      }
      return { again: Math.max(...shown), first }
    }
    const cold = (await measure('month', 'UTC')).shownMs
    await measure('month', 'UTC')
    const month = await worst('month')
    const week = await worst('week')
    const agenda = await worst('agenda')
    return [
      atMost('month of 1,000 posts drawn and on screen, worst of 5 zones', month.again, 'ms', 100),
      atMost('month of 1,000 posts, first drawing in a zone, worst of 5', month.first, 'ms', 100),
      noted('month of 1,000 posts, first drawing of a window', cold, 'ms'),
      noted('week in a month of 1,000 posts, worst of 5 zones', week.again, 'ms'),
      noted('agenda of 1,000 posts, worst of 5 zones', agenda.again, 'ms'),
    ]
  } finally {
    await browser.close()
    server.close()
    removeFolder(folder)
  }
}

type Harness = {
  measure(change: {
    view: string
    zone: string
    count: number
  }): Promise<{ laidOutMs: number; shownMs: number; chips: number }>
}
