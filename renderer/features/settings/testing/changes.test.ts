import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Components, hasBrowser, openComponents } from '../../../../e2e/component-page.ts'

vi.setConfig({ testTimeout: 90_000 })

describe.skipIf(!hasBrowser)('settings that are changed quickly', () => {
  let components: Components
  let page: Page
  let complaints: string[]
  let saves: { what: string; answer: (failure?: string) => void }[]

  beforeAll(async () => {
    components = await openComponents(import.meta.dirname)
  }, 120_000)

  afterAll(() => components?.close())

  beforeEach(async () => {
    ;({ page, complaints } = await components.newPage())
    saves = []
    await page.exposeFunction(
      'save',
      (what: string) =>
        new Promise<void>((resolve, reject) => {
          saves.push({ what, answer: (failure) => (failure ? reject(new Error(failure)) : resolve()) })
        }),
    )
    await page.goto(components.address)
    await press('Slow')
    await saved('Slow')
  })

  afterEach(async () => {
    await page.context().close()
    expect(complaints).toEqual([])
  })

  const press = (name: string) => page.getByRole('button', { name }).click()
  const whats = () => saves.map(({ what }) => what)
  const saved = (...expected: string[]) => expect.poll(whats, { timeout: 20_000 }).toEqual(expected)

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
