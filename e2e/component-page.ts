import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { contentSecurityPolicy } from '../main/services/pages.ts'
import { findBrowser } from '../tools/find-browser.ts'

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** Behaviour of focus, keys and layout is the browser's: without one there is nothing to prove it by. */
export const hasBrowser = findBrowser() !== undefined

/**
 * Components on a page of their own (`index.html` in `root`), built like the studio and under its policy. A page must not
 * complain: `complaints` holds what its console and its errors said.
 */
export async function openComponents(root: string) {
  const folder = mkdtempSync(join(tmpdir(), 'grover-components-'))
  await build({
    configFile: false,
    root,
    base: './',
    plugins: [react()],
    build: { outDir: folder, emptyOutDir: true, target: 'chrome128', modulePreload: { polyfill: false } },
    logLevel: 'error',
  })
  const server = createServer((request, response) => {
    const path = join(folder, new URL(request.url ?? '/', 'http://x').pathname.replace(/\/$/, '/index.html'))
    if (!path.startsWith(folder) || !existsSync(path)) return response.writeHead(404).end()
    response.writeHead(200, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy('http://127.0.0.1:9'),
    })
    return createReadStream(path).pipe(response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser = await chromium.launch({ executablePath: findBrowser()!, args: ['--no-sandbox'] })

  return {
    address,
    /** A page in a context of its own; nothing has been loaded yet. */
    async newPage() {
      const context = await browser.newContext({ viewport: { width: 1024, height: 700 }, locale: 'en-GB' })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      return { page, complaints }
    },
    async close() {
      await browser.close()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Components = Awaited<ReturnType<typeof openComponents>>
