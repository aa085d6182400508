import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeComponents } from '../../../../e2e/component-page.ts'

let page: Page
let saves: { what: string; answer: (failure?: string) => void }[]

const press = (name: string) => page.getByRole('button', { name }).click()
const whats = () => saves.map(({ what }) => what)
const saved = (...expected: string[]) => expect.poll(whats, { timeout: 20_000 }).toEqual(expected)

async function open(fresh: Page, address: string): Promise<void> {
  page = fresh
  saves = []
  await page.exposeFunction(
    'save',
    (what: string) =>
      new Promise<void>((resolve, reject) => {
        saves.push({ what, answer: (failure) => (failure ? reject(new Error(failure)) : resolve()) })
      }),
  )
  await page.goto(address)
  await press('Slow')
  await saved('Slow')
}

describeComponents('settings that are changed quickly', { root: import.meta.dirname, open }, () => {
  test('what is changed while another change is under way is made after it, in its order', async () => {
    await press('Fast')
    await press('Slow')
    expect(whats()).toEqual(['Slow'])
    saves[0]!.answer()
    await saved('Slow', 'Fast')
    saves[1]!.answer()
    await saved('Slow', 'Fast', 'Slow')
  })

  test('a failure is said until a later change goes well, and holds none up', async () => {
    await press('Fast')
    saves[0]!.answer('The disk is full.')
    await page.getByText('The disk is full.').waitFor()
    await saved('Slow', 'Fast')
    saves[1]!.answer()
    await page.getByText('The disk is full.').waitFor({ state: 'hidden' })
  })
})
