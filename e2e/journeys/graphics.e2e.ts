import { AxeBuilder } from '@axe-core/playwright'
import { expect } from 'playwright/test'
import { graphicsMachine } from '../../main/testing/graphics.ts'
import { requireFfmpeg } from '../../tools/find-ffmpeg.ts'
import { signUp, studioTest as test } from '../studio.ts'

test('graphics hardware that works is used, and can be turned off', async ({ page, studio, dataDir }) => {
  const { path } = graphicsMachine({ folder: dataDir, real: (await requireFfmpeg()).ffmpeg })
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await page.evaluate(() => {
    location.hash = '/settings/media'
  })
  await page.getByRole('textbox', { name: 'Path of ffmpeg' }).fill(path)
  await page.getByRole('button', { name: 'Use it' }).click()
  const facts = page.locator('.setting-facts')
  // The hardware is tried first, on a machine that runs other journeys.
  const tried = { timeout: 60_000 }
  await expect(facts).toContainText('h264_nvenc works', tried)
  await expect(facts).toContainText('Films are encoded byh264_nvenc', tried)
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().exclude('[data-live-announcer]').analyze()
  expect(violations).toEqual([])
  const use = page.getByRole('switch', { name: /^Use graphics hardware/ })
  await expect(use).toBeChecked()
  await use.focus()
  await page.keyboard.press('Space')
  await expect(facts).toContainText('Films are encoded bylibx264')
  await page.reload()
  await expect(use).not.toBeChecked()
  await expect(facts).toContainText('Films are encoded bylibx264')
})
