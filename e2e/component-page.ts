import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from 'vitest'
import { contentSecurityPolicy } from '../main/services/pages.ts'
import { findBrowser } from '../tools/find-browser.ts'

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/**
 * Tests of components on a page of their own (`index.html` in `root`), built like the studio and under its policy: each
 * gets a fresh page, which `open` leads to where the test begins, and which must not complain in its console. Behaviour
 * of focus, keys and layout is the browser's: without one they are left out.
 */
export function describeComponents(
  name: string,
  { root, open }: { root: string; open: (page: Page, address: string) => Promise<void> },
  tests: () => void,
): void {
  describe.skipIf(findBrowser() === undefined)(name, () => {
    // A busy machine draws slowly; nothing here waits for a time, only for what is to be seen.
    vi.setConfig({ testTimeout: 90_000 })
    let components: Awaited<ReturnType<typeof openComponents>> | undefined
    let fresh: Awaited<ReturnType<NonNullable<typeof components>['newPage']>>

    beforeAll(async () => {
      components = await openComponents(root)
    }, 120_000)
    afterAll(() => components?.close())
    beforeEach(async () => {
      fresh = await components!.newPage()
      await open(fresh.page, components!.address)
    })
    afterEach(async () => {
      await fresh.page.context().close()
      expect(fresh.complaints).toEqual([])
    })
    tests()
  })
}

async function openComponents(root: string) {
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
