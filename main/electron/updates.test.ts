import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { startUpdates } from './updates.ts'

/** As much of electron-updater as is used; the real one needs Electron's `app`. */
class Updater extends EventEmitter {
  autoDownload = false
  autoInstallOnAppQuit = false
  allowDowngrade = true
  logger: unknown = console
  feeds: unknown[] = []
  looks = 0
  setFeedURL = (options: unknown) => void this.feeds.push(options)
  checkForUpdates = async () => {
    this.looks++
    throw new Error('offline')
  }
}

async function start(options: { feed?: string; isPackaged?: boolean }) {
  const updater = new Updater()
  const said: string[] = []
  let loads = 0
  const stop = await startUpdates({
    feed: options.feed,
    isPackaged: options.isPackaged ?? true,
    load: async () => {
      loads++
      return updater
    },
    downloaded: (version) => said.push(`downloaded ${version}`),
    log: (sentence) => said.push(sentence),
  })
  stop()
  return { updater, said, loads }
}

test('a configured feed is looked at, and never leads to an older version', async () => {
  const { updater, said } = await start({ feed: 'https://updates.example/studio' })
  expect(updater.feeds).toEqual([{ provider: 'generic', url: 'https://updates.example/studio' }])
  expect(updater).toMatchObject({ allowDowngrade: false, autoDownload: true, autoInstallOnAppQuit: true, looks: 1 })
  updater.emit('update-downloaded', { version: '2.0.0' })
  updater.emit('error', new Error('broken'))
  expect(said).toEqual(['downloaded 2.0.0', 'No update could be fetched.'])
})

test('without a feed, or unpackaged, the updater is not even loaded', async () => {
  expect((await start({})).loads).toBe(0)
  expect((await start({ feed: 'https://updates.example', isPackaged: false })).loads).toBe(0)
})

test.each(['http://updates.example', 'file:///updates', 'nonsense'])(
  'a feed at %s is refused with a sentence',
  async (feed) => {
    const { loads, said } = await start({ feed })
    expect(loads).toBe(0)
    expect(said[0]).toMatch(/https/)
  },
)
