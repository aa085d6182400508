import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeComponents } from '../../../../e2e/component-page.ts'

/** In the page, in place of the browser's: a microphone that is lent when the test says so, and hums. */
type Bench = { asked: number; lend(): void; lent: MediaStream[]; pullOut(): void }
declare global {
  interface Window {
    bench: Bench
  }
}

function layBench(): void {
  const waiting: (() => void)[] = []
  const bench: Bench = {
    asked: 0,
    lent: [],
    lend() {
      for (const each of waiting.splice(0)) each()
    },
    pullOut() {
      for (const stream of bench.lent)
        for (const track of stream.getTracks()) {
          track.stop()
          // Which the browser says of a device that is gone, and not of a track that the page has stopped itself.
          track.dispatchEvent(new Event('ended'))
        }
    },
  }
  window.bench = bench
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext()
    const hum = new OscillatorNode(context)
    const microphone = context.createMediaStreamDestination()
    hum.connect(microphone)
    hum.start()
    bench.asked++
    await new Promise<void>((resolve) => waiting.push(resolve))
    bench.lent.push(microphone.stream)
    return microphone.stream
  }
}

let page: Page

const button = (name: string) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog', { name: 'Record…' })

async function open(fresh: Page, address: string): Promise<void> {
  page = fresh
  await page.addInitScript(layBench)
  await page.goto(address)
  await button('Record').click()
  await dialog().waitFor()
}

describeComponents('the dialog that records', { root: import.meta.dirname, open }, () => {
  const poll = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })
  /** How often the microphone was asked for; of what was lent, what is still on. */
  const asked = () => page.evaluate(() => window.bench.asked)
  const lent = () => page.evaluate(() => window.bench.lent.length)
  const on = () =>
    page.evaluate(
      () => window.bench.lent.flatMap((each) => each.getTracks()).filter((each) => each.readyState === 'live').length,
    )
  const lend = () => page.evaluate(() => window.bench.lend())
  const files = () => page.getByRole('list', { name: 'Files' }).getByRole('listitem').allTextContents()
  /** Twice before anything can be drawn. */
  const pressTwice = (name: string) =>
    button(name).evaluate((element: HTMLElement) => {
      element.click()
      element.click()
    })
  const record = async () => {
    await button('Start recording').click()
    await poll(asked).toBe(1)
    await lend()
    await button('Stop and keep').waitFor()
    expect(await on()).toBe(1)
  }
  const aSecond = () =>
    page
      .getByRole('timer')
      .getByText(/0:0[1-9]|0:[1-5]\d/)
      .waitFor()
  const aSound = 'audio/mp4;codecs=opus with sound'

  test('the microphone that is lent after the dialog was closed is off again at once', async () => {
    await button('Start recording').click()
    await poll(asked).toBe(1)
    await button('Cancel').click()
    await dialog().waitFor({ state: 'hidden' })
    await lend()
    await poll(lent).toBe(1)
    await poll(on).toBe(0)
    expect(await files()).toEqual([])
  })

  test('two quick presses ask for one microphone, and the button waits for it', async () => {
    await pressTwice('Start recording')
    await poll(() => button('Start recording').isDisabled()).toBe(true)
    expect(await asked()).toBe(1)
    await lend()
    await button('Stop and keep').waitFor()
    expect(await on()).toBe(1)
    await button('Discard').click()
    await poll(on).toBe(0)
    expect(await files()).toEqual([])
  })

  test.each(['AudioContext', 'AnalyserNode', 'MediaRecorder'])(
    'where %s cannot be made the microphone is off, and it is said',
    async (name) => {
      await button('Start recording').click()
      await poll(asked).toBe(1)
      await page.evaluate((broken) => {
        const Broken = class {
          constructor() {
            throw new DOMException('It broke.', 'NotSupportedError')
          }
        }
        Object.assign(window, { [broken]: Broken })
      }, name)
      await lend()
      await page.getByText('This window cannot record.').waitFor()
      expect(await lent()).toBe(1)
      expect(await on()).toBe(0)
      expect(await button('Start recording').isEnabled()).toBe(true)
    },
  )

  test('a double press on the end hands over one file', async () => {
    await record()
    await aSecond()
    await pressTwice('Stop and keep')
    await dialog().waitFor({ state: 'hidden' })
    await poll(files).toEqual([aSound])
    expect(await on()).toBe(0)
  })

  test('a microphone that is pulled out ends the recording and says so; what there is can be kept', async () => {
    await record()
    await aSecond()
    await page.evaluate(() => window.bench.pullOut())
    await page.getByText('The recording has ended: the microphone is gone').waitFor()
    await button('Keep').click()
    await dialog().waitFor({ state: 'hidden' })
    await poll(files).toEqual([aSound])
  })
})
