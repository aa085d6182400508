import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright/test'
import sharp from 'sharp'
import { launch, removeFolder, temporaryFolder } from '../e2e/processes.ts'
import {
  addFilm,
  addLatePost,
  addLostVersions,
  mediaScreens,
  postScreens,
  publicPages,
  type Screen,
  sealedScreens,
  settingScreens,
  settle,
  welcomeScreens,
} from '../e2e/screens.ts'
import { signIn } from '../e2e/studio.ts'
import { requireBrowser } from './find-browser.ts'

const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } })
const out = values.out ?? join(import.meta.dirname, '..', 'docs', 'screenshots')
const wanted = (name: string) => !values.only || name.includes(values.only)

const themes = ['light', 'dark'] as const
const desks = [
  { width: 1024, height: 700 },
  { width: 1920, height: 1080 },
]
const phone = { width: 390, height: 844 }

async function shoot(page: Page, name: string, sizes: { width: number; height: number }[]): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await settle(page)
      const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
      await sharp(picture)
        .webp({ quality: 70, effort: 6 })
        .toFile(join(out, `${name}-${theme}-${size.width}.webp`))
    }
  }
  console.log(name)
}

const folder = temporaryFolder('screenshots')
const studio = await launch(
  'main/start.ts',
  ['--demo', '--data', join(folder, 'data'), '--port', '0', '--host', 'browser', '--no-open'],
  ['sign in', 'server', 'studio'],
  { TZ: 'Europe/Berlin' },
)
const browser = await chromium.launch({
  executablePath: requireBrowser(),
  chromiumSandbox: process.getuid?.() !== 0,
  args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
})
try {
  mkdirSync(out, { recursive: true })
  if (!values.only) for (const file of readdirSync(out)) if (file.endsWith('.webp')) rmSync(join(out, file))
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin' })
  const page = await context.newPage()
  const [email = '', password = ''] = studio.lines['sign in']!.split(/ +/)
  const server = studio.lines.server!
  await addLatePost(server, { email, password })
  await addLostVersions(server, { email, password })

  const tour = async (screens: readonly Screen[], needed: readonly string[] = []) => {
    for (const screen of screens) {
      if (!wanted(screen.name) && !needed.includes(screen.name)) continue
      await page.setViewportSize(desks[1]!)
      await screen.open(page)
      if (wanted(screen.name)) await shoot(page, screen.name, desks)
    }
  }
  await page.goto(studio.lines.studio!)
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await tour(welcomeScreens)
  await page.evaluate(() => {
    location.hash = '/welcome'
  })
  await signIn(page, { name: '', handle: '', email, password })
  await page.locator('[data-sync="live"][data-waiting="0"]').waitFor()
  await addFilm(page, folder)
  await tour([...postScreens, ...mediaScreens, ...settingScreens], ['editor'])
  await tour(
    sealedScreens,
    ['settings-encrypted'].filter(() => wanted('locked')),
  )
  for (const { name, path } of publicPages)
    if (wanted(name)) {
      await page.goto(server + path)
      await shoot(page, name, [phone, ...desks])
    }
} finally {
  await browser.close()
  await studio.kill()
  removeFolder(folder)
}
