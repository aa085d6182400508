import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { readText, writeAtomic } from '../services/files.ts'
import type { Log } from '../services/log.ts'
import { studioOrigin } from './origin.ts'
import { type Box, placeWindow, smallest, type WindowPlace } from './window-place.ts'

const Saved = Type.Object({
  x: Type.Integer(),
  y: Type.Integer(),
  width: Type.Integer({ minimum: 1, maximum: 100_000 }),
  height: Type.Integer({ minimum: 1, maximum: 100_000 }),
  isMaximized: Type.Boolean(),
})

const settleMs = 500

/** The studio's window: there is one; opening it again brings it to the front. */
export function createWindows({ folder, preload, log }: { folder: string; preload: string; log: Log }) {
  const path = join(folder, 'window.json')
  let window: BrowserWindow | undefined
  let opening: Promise<BrowserWindow> | undefined

  async function open(): Promise<BrowserWindow> {
    const place = placeWindow(await saved(), screens())
    const created = new BrowserWindow({
      ...{ x: place.x, y: place.y, width: place.width, height: place.height },
      minWidth: smallest.width,
      minHeight: smallest.height,
      title: 'Grover Studio',
      show: false,
      autoHideMenuBar: true,
      // Before the first paint, so that the dark studio does not begin with a white flash.
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#161615' : '#faf9f7',
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: true,
      },
    })
    if (place.isMaximized) created.maximize()
    created.once('ready-to-show', () => created.show())
    remember(created)
    created.on('closed', () => {
      window = undefined
    })
    // A page that crashed or hangs is opened again: what was typed is in the local database.
    created.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || reason === 'killed') return
      log(`The studio's page ended (${reason}) and is opened again.`)
      created.webContents.reload()
    })
    await created.loadURL(`${studioOrigin}/`)
    return created
  }

  function remember(of: BrowserWindow) {
    let timer: NodeJS.Timeout | undefined
    const save = () => {
      clearTimeout(timer)
      if (of.isDestroyed() || of.isMinimized()) return
      const place: WindowPlace = { ...of.getNormalBounds(), isMaximized: of.isMaximized() }
      writeAtomic(path, JSON.stringify(place)).catch((error: unknown) => log("The window's place is not kept.", error))
    }
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(save, settleMs)
    }
    of.on('resize', soon)
    of.on('move', soon)
    of.on('maximize', soon)
    of.on('unmaximize', soon)
    of.on('close', save)
  }

  async function saved(): Promise<WindowPlace | undefined> {
    try {
      return Value.Parse(Saved, JSON.parse((await readText(path)) ?? ''))
    } catch {
      // None, or not ours: the usual place.
      return undefined
    }
  }

  return {
    async show(): Promise<void> {
      if (window && !window.isDestroyed()) {
        if (window.isMinimized()) window.restore()
        window.show()
        window.focus()
        return
      }
      opening ??= open().finally(() => {
        opening = undefined
      })
      window = await opening
    },
  }
}

function screens(): [Box, ...Box[]] {
  const main = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id)
  return [main.workArea, ...others.map(({ workArea }) => workArea)]
}
