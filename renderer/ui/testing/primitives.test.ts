import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeComponents } from '../../../e2e/component-page.ts'

let page: Page

async function open(fresh: Page, address: string): Promise<void> {
  page = fresh
  await page.goto(address)
  await page.getByRole('heading', { name: 'Primitives' }).waitFor()
}

describeComponents(
  'the primitives, in a browser, under the studio’s policy',
  { root: import.meta.dirname, open },
  () => {
    const said = () => page.getByTestId('said').textContent()
    const selected = () => page.getByRole('option', { selected: true }).textContent()

    test('a list of ten thousand draws a screenful, and its keys reach every row from one tab stop', async () => {
      expect(await page.getByRole('option').count()).toBeLessThan(60)
      await page.getByRole('listbox', { name: 'Rows' }).focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      expect(await selected()).toBe('Row 1')
      await page.keyboard.press('End')
      await expect.poll(selected).toBe('Row 9999')
      expect(await page.getByRole('option', { selected: true }).isVisible()).toBe(true)
      await page.keyboard.press('Enter')
      await expect.poll(said).toBe('open row-9999')
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('separator')
    })

    test('a pane is made wider by keys, keeps within its bounds and remembers', async () => {
      const handle = page.getByRole('separator', { name: 'Resize List' })
      await handle.focus()
      await page.keyboard.press('ArrowRight')
      expect(await handle.getAttribute('aria-valuenow')).toBe('316')
      await page.reload()
      expect(await handle.getAttribute('aria-valuenow')).toBe('316')
      await handle.focus()
      await page.keyboard.press('End')
      await page.keyboard.press('ArrowRight')
      expect(await handle.getAttribute('aria-valuenow')).toBe('480')
    })

    test('a date and time are what was typed, also where the device’s clocks jump over it', async () => {
      const part = (name: RegExp) => page.getByRole('spinbutton', { name })
      await part(/^hour/).click()
      await page.keyboard.type('0245')
      await expect.poll(() => page.getByTestId('when').textContent()).toBe('2026-03-29T02:45:00')
      await part(/^day/).click()
      await page.keyboard.type('30')
      await expect.poll(() => page.getByTestId('when').textContent()).toBe('2026-03-30T02:45:00')
    })

    test('a notice offers the way back, once', async () => {
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Undo' }).click()
      await expect.poll(said).toBe('undone')
      await expect.poll(() => page.getByText('Deleted.').count()).toBe(0)
    })

    test('shortcuts: letters are silent while someone types, Mod is not, sequences work', async () => {
      await page.keyboard.press('n')
      await expect.poll(said).toBe('new')
      await page.keyboard.press('g')
      await page.keyboard.press('p')
      await expect.poll(said).toBe('go')
      await page.getByLabel('Title').click()
      await page.keyboard.type('n')
      expect(await page.getByLabel('Title').inputValue()).toBe('n')
      expect(await said()).toBe('go')
      await page.keyboard.press('Control+s')
      await expect.poll(said).toBe('save')
    })

    test('a dialog keeps the keys to itself, gives the focus back, and Esc says no', async () => {
      const opener = page.getByRole('button', { name: 'Unpublish' })
      await opener.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('alertdialog').or(page.getByRole('dialog')).waitFor()
      await page.keyboard.press('n')
      expect(await said()).toBe('')
      await page.keyboard.press('Escape')
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
      expect(await said()).toBe('')
      await expect.poll(() => opener.evaluate((element) => element === document.activeElement)).toBe(true)
    })

    test('the palette finds by a few letters, runs, and remembers what was used', async () => {
      const palette = page.getByRole('dialog').getByRole('combobox')
      await page.keyboard.press('Control+k')
      await palette.waitFor()
      await page.keyboard.type('np')
      await page.keyboard.press('Enter')
      await expect.poll(said).toBe('new')
      await page.keyboard.press('Control+k')
      await expect.poll(() => page.locator('.palette [role="option"]').first().textContent()).toContain('New post')
      await page.keyboard.press('Escape')
      await expect.poll(() => palette.count()).toBe(0)
    })

    /** One line a finding. React Aria's announcer names a list for seconds by the id of an element that may be gone. */
    const findings = async (within = 'html') => {
      const { violations } = await new AxeBuilder({ page }).include(within).exclude('[data-live-announcer]').analyze()
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
    }

    test.each(['light', 'dark'] as const)('axe finds nothing, %s', async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      expect(await findings()).toEqual([])
    })

    test.each([
      { what: 'select', open: 'Everyone Who', role: 'listbox', within: 'html' },
      { what: 'menu', open: 'More', role: 'menu', within: 'html' },
      { what: 'popover', open: 'Filter', role: 'dialog', within: 'html' },
      // React Aria hides the page under it from screen readers, but leaves it to the Tab key, which closes the list first.
      { what: 'combo box', open: 'Show suggestions Zone', role: 'listbox', within: '.floating' },
    ] as const)('axe finds nothing with an open $what', async ({ open, role, within }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await page.getByRole('button', { name: open }).click()
      await page.getByRole(role).last().waitFor()
      expect(await findings(within)).toEqual([])
    })

    test('a popover is called by its label, takes the focus and gives it back', async () => {
      await page.getByRole('button', { name: 'Filter' }).click()
      const panel = page.getByRole('dialog', { name: 'Which posts' })
      await panel.waitFor()
      await page.keyboard.press('Tab')
      expect(await panel.getByLabel('Tag').evaluate((element) => element === document.activeElement)).toBe(true)
      await panel.getByRole('button', { name: 'Done' }).click()
      await expect.poll(() => panel.count()).toBe(0)
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: 5000 })
        .toBe('Filter')
    })
  },
)
