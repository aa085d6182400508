import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeComponents } from '../../../../e2e/component-page.ts'

/** Longer than the pause after which a text saves itself. */
const pauseMs = 600

let page: Page
/** What was handed on to be saved, and how to answer each: with nothing, or with a failure. */
let saves: { text: string; answer: (failure?: string) => void }[]

const field = () => page.getByLabel('Name')

async function open(fresh: Page, address: string): Promise<void> {
  page = fresh
  saves = []
  await page.exposeFunction(
    'save',
    (text: string) =>
      new Promise<void>((resolve, reject) => {
        saves.push({ text, answer: (failure) => (failure ? reject(new Error(failure)) : resolve()) })
      }),
  )
  // Time stands still: what is saved without its going on was not saved by a pause.
  await page.clock.install()
  await page.goto(address)
  await page.clock.pauseAt(Date.now() + 60_000)
  await field().click()
  await page.keyboard.press('End')
}

describeComponents('a text that saves itself', { root: import.meta.dirname, open }, () => {
  const shown = () => field().inputValue()
  const texts = () => saves.map(({ text }) => text)
  const saved = (...expected: string[]) => expect.poll(texts).toEqual(expected)
  const tell = (name: string) => page.evaluate((event) => void dispatchEvent(new Event(event)), name)
  const pause = () => page.clock.runFor(pauseMs)
  const stored = () => page.getByRole('status').textContent()
  /** Time goes on until a notice says it. */
  const said = async (sentence: string) => {
    await page.clock.resume()
    await page.getByText(sentence).waitFor()
  }

  test('it is saved once, when the writer pauses, with the last keystroke', async () => {
    await page.keyboard.type(' Love')
    await page.clock.runFor(400)
    await page.keyboard.type('lace')
    await page.clock.runFor(400)
    expect(texts()).toEqual([])
    await pause()
    await saved('Ada Lovelace')
    saves[0]!.answer()
    await page.keyboard.press('Tab')
    await pause()
    expect(texts()).toEqual(['Ada Lovelace'])
    expect(await shown()).toBe('Ada Lovelace')
  })

  test('leaving the field saves at once', async () => {
    await page.keyboard.type('!')
    await page.keyboard.press('Tab')
    await saved('Ada!')
  })

  test.each(['pagehide', 'leave'])('nothing is lost when the page goes: %s', async (event) => {
    await page.keyboard.type('!')
    await tell(event)
    await saved('Ada!')
  })

  test('what is typed while a save is under way stays, and is saved after it', async () => {
    await page.keyboard.type('!')
    await pause()
    await saved('Ada!')
    await page.keyboard.type('!')
    saves[0]!.answer()
    await expect.poll(shown).toBe('Ada!!')
    await pause()
    await saved('Ada!', 'Ada!!')
  })

  test('a failure is said, the text stays, and leaving the field tries again', async () => {
    await page.keyboard.type('!')
    await pause()
    await saved('Ada!')
    saves[0]!.answer('The disk is full.')
    await said('Something went wrong: The disk is full.')
    expect(await shown()).toBe('Ada!')
    await page.keyboard.press('Tab')
    await saved('Ada!', 'Ada!')
    saves[1]!.answer()
    await expect.poll(shown).toBe('Ada!')
  })

  test('an older text that failed late does not come back over a newer one', async () => {
    await page.keyboard.type('!')
    await pause()
    await page.keyboard.type('!')
    await pause()
    await saved('Ada!', 'Ada!!')
    saves[1]!.answer()
    saves[0]!.answer('The disk is full.')
    await expect.poll(stored).toBe('Ada!!')
    await page.keyboard.press('Tab')
    await tell('pagehide')
    await pause()
    expect(texts()).toEqual(['Ada!', 'Ada!!'])
    expect(await shown()).toBe('Ada!!')
  })

  test('what another device writes waits until the writer has left', async () => {
    await page.keyboard.type('!')
    await pause()
    await saved('Ada!')
    saves[0]!.answer()
    await expect.poll(stored).toBe('Ada!')
    await tell('elsewhere')
    await expect.poll(stored).toBe('Grace')
    expect(await shown()).toBe('Ada!')
    await page.keyboard.press('Tab')
    await expect.poll(shown).toBe('Grace')
    expect(texts()).toEqual(['Ada!'])
  })
})
