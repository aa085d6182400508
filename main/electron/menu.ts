import { Menu, type MenuItemConstructorOptions } from 'electron'

const words = {
  en: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    go: 'Go',
    newPost: 'New Post',
    settings: 'Settings…',
    sync: 'Sync Now',
    palette: 'Command Palette…',
    posts: 'Posts',
    plan: 'Plan',
    review: 'Review',
  },
  de: {
    file: 'Datei',
    edit: 'Bearbeiten',
    view: 'Ansicht',
    go: 'Gehe zu',
    newPost: 'Neuer Beitrag',
    settings: 'Einstellungen …',
    sync: 'Jetzt abgleichen',
    palette: 'Befehle …',
    posts: 'Beiträge',
    plan: 'Plan',
    review: 'Durchsicht',
  },
}

/**
 * The native menu. Its entries speak in ids of the studio's own commands, so that a thing is done in one way only; editing and
 * window entries are the system's own roles.
 */
export function menuTemplate(options: {
  locale: string
  platform: NodeJS.Platform
  command: (id: string) => void
}): MenuItemConstructorOptions[] {
  const { locale, platform, command } = options
  const isMac = platform === 'darwin'
  const word = locale.startsWith('de') ? words.de : words.en
  const item = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => command(id),
    ...(accelerator ? { accelerator } : {}),
  })
  const line: MenuItemConstructorOptions = { type: 'separator' }
  const settings = item(word.settings, 'go.settings', 'CmdOrCtrl+,')
  return [
    ...(isMac
      ? [
          {
            role: 'appMenu' as const,
            submenu: [
              { role: 'about' as const },
              line,
              settings,
              line,
              { role: 'services' as const },
              line,
              { role: 'hide' as const },
              { role: 'hideOthers' as const },
              { role: 'unhide' as const },
              line,
              { role: 'quit' as const },
            ],
          },
        ]
      : []),
    {
      label: word.file,
      submenu: [
        item(word.newPost, 'posts.new', 'CmdOrCtrl+N'),
        item(word.sync, 'sync.now'),
        ...(isMac ? [line, { role: 'close' as const }] : [line, settings, line, { role: 'quit' as const }]),
      ],
    },
    {
      label: word.edit,
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'pasteAndMatchStyle' },
        { role: 'selectAll' },
      ],
    },
    {
      label: word.go,
      submenu: [
        item(word.posts, 'go.posts'),
        item(word.plan, 'go.plan'),
        item(word.review, 'go.review'),
        line,
        item(word.palette, 'app.palette'),
      ],
    },
    {
      label: word.view,
      submenu: [
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        line,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
  ]
}

export const setMenu = (options: Parameters<typeof menuTemplate>[0]): void =>
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)))
