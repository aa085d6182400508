import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright/test'
import type { Media } from '../shared/collections/media.ts'
import type { Post } from '../shared/collections/posts.ts'
import { bodyFromJson } from '../shared/domain/richtext/index.ts'
import { requireFfmpeg } from '../tools/find-ffmpeg.ts'
import { planAt, samplePost, signIn as signInClient } from './client.ts'

/** One screen as a person sees it: how it is called and how to come to it from the studio's (or server's) origin. */
export type Screen = { name: string; open(page: Page): Promise<void> }

const at =
  (hash: string, ready: (page: Page) => ReturnType<Page['locator']>) =>
  async (page: Page): Promise<void> => {
    await page.evaluate((to) => {
      location.hash = to
    }, hash)
    await ready(page).first().waitFor()
  }

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name })

/** Puts the caret at the end of a block: a click may land beside it, while pictures above are still coming. */
async function endOf(editor: Locator, block: Locator): Promise<void> {
  await editor.focus()
  await block.evaluate((element) => getSelection()?.collapse(element, element.childNodes.length))
}

/** The screens of somebody who is not signed in. */
export const welcomeScreens: Screen[] = [
  { name: 'welcome', open: at('/welcome', (page) => page.getByRole('button', { name: 'Sign in', exact: true })) },
  {
    name: 'sign-up',
    open: at('/welcome?step=sign-up', (page) => page.getByRole('button', { name: 'Create account' })),
  },
  { name: 'reset', open: at('/welcome?step=reset', (page) => page.getByRole('button', { name: 'Send the link' })) },
]

const settingPages = [
  'Account',
  'Profile',
  'Publishing',
  'Appearance',
  'Devices',
  'Security',
  'Storage',
  'Uploads',
  'Media tools',
  'About',
]

const pageOf = (title: string): string => title.toLowerCase().split(' ')[0]!

/** Writing, planning and looking back in the sample creator's studio, with one post whose time has passed. */
export const postScreens: Screen[] = [
  { name: 'posts', open: at('/posts', heading('No post is open')) },
  {
    name: 'editor',
    async open(page) {
      await at('/posts', heading('No post is open'))(page)
      await page.getByRole('option', { name: /Mussels for two/ }).click()
      await page.getByRole('textbox', { name: 'Text of the post' }).waitFor()
      await page.getByRole('heading', { name: 'What you need' }).waitFor()
    },
  },
  {
    name: 'editor-preview',
    async open(page) {
      await page.getByRole('radio', { name: 'Preview' }).click({ force: true })
      await page.frameLocator('iframe').getByRole('heading', { level: 1 }).waitFor()
    },
  },
  {
    name: 'history',
    async open(page) {
      await at('/posts', heading('No post is open'))(page)
      await page.getByRole('option', { name: /Mussels for two/ }).click()
      await page.getByRole('radio', { name: 'History' }).click({ force: true })
      await page.locator('.history-text').waitFor()
    },
  },
  {
    name: 'history-empty',
    async open(page) {
      await at('/posts', heading('No post is open'))(page)
      await page.getByRole('option', { name: /What the new knife changed/ }).click()
      await page.getByRole('radio', { name: 'History' }).click({ force: true })
      await page.getByRole('heading', { name: 'No versions of this post yet' }).waitFor()
    },
  },
  {
    name: 'editor-planned',
    async open(page) {
      await at('/posts', heading('No post is open'))(page)
      await page.getByRole('option', { name: /Winter leaves/ }).click()
      await page.getByRole('textbox', { name: 'Text of the post' }).waitFor()
    },
  },
  ...['month', 'week', 'agenda'].map((view) => ({
    name: `plan-${view}`,
    open: at(`/plan?view=${view}`, (page) => page.getByRole('main').getByText(/Winter leaves/)),
  })),
  { name: 'review', open: at('/review', (page) => page.getByRole('main').getByText('Salt, weighed')) },
  { name: 'aside', open: at('/aside', (page) => page.getByRole('article', { name: /: Tags/ })) },
  {
    name: 'aside-empty',
    open: at('/aside?post=none', heading('Nothing is set aside')),
  },
  {
    name: 'editor-aside',
    async open(page) {
      await at('/posts', heading('No post is open'))(page)
      await page.getByRole('option', { name: /Winter leaves/ }).click()
      await page.getByRole('link', { name: 'Compare' }).waitFor()
    },
  },
]

/** The library with the film of `addFilm`, and posts with media from it. */
export const mediaScreens: Screen[] = [
  {
    name: 'library-grid',
    async open(page) {
      await at('/media', (each) => each.getByRole('listbox', { name: 'Media' }))(page)
      await page.getByRole('radio', { name: 'Grid' }).click({ force: true })
      await page.getByRole('option', { name: /Tide/ }).click()
    },
  },
  {
    name: 'library-list',
    async open(page) {
      await at('/media', (each) => each.getByRole('listbox', { name: 'Media' }))(page)
      await page.getByRole('radio', { name: 'List' }).click({ force: true })
      await page.locator('.media-row').first().waitFor()
    },
  },
  {
    name: 'library-film',
    async open(page) {
      await at('/media', (each) => each.getByRole('option', { name: /Tide/ }))(page)
      await page.getByRole('option', { name: /Tide/ }).dblclick()
      await page.locator('.media-stage video').waitFor()
    },
  },
  {
    name: 'library-captions',
    async open(page) {
      await page.getByRole('button', { name: 'Make', exact: true }).click()
      await page.getByRole('menuitem', { name: /^Captions/ }).click()
      const dialog = page.getByRole('dialog', { name: 'Captions…' })
      await dialog.locator('.media-wave').waitFor()
      await dialog.getByRole('button', { name: /^Add a line/ }).click()
      await dialog.getByRole('textbox', { name: 'Words of line 1' }).fill('The water comes back twice a day.')
    },
  },
  {
    name: 'library-picture',
    async open(page) {
      await page.keyboard.press('Escape')
      await at('/media', (each) => each.getByRole('listbox', { name: 'Media' }))(page)
      await page
        .getByRole('option', { name: /mussels/i })
        .first()
        .dblclick()
      await page.getByRole('button', { name: /^Focus point/ }).waitFor()
    },
  },
  {
    name: 'library-sizes',
    async open(page) {
      await page.getByRole('button', { name: 'Make', exact: true }).click()
      await page.getByRole('menuitem', { name: /^Sizes/ }).click()
      await page.getByRole('dialog', { name: 'Sizes…' }).waitFor()
    },
  },
  {
    name: 'library-elsewhere',
    async open(page) {
      await page.keyboard.press('Escape')
      await at('/media', (each) => each.getByRole('option', { name: /Water at the back door/ }))(page)
      await page.getByRole('option', { name: /Water at the back door/ }).dblclick()
      await page.getByText('The original is on the device that took it in').waitFor()
    },
  },
  {
    name: 'library-record',
    async open(page) {
      await at('/media', (each) => each.getByRole('listbox', { name: 'Media' }))(page)
      await page.getByRole('button', { name: 'Record', exact: true }).click()
      await page.getByRole('dialog', { name: 'Record…' }).waitFor()
    },
  },
  {
    name: 'library-empty',
    async open(page) {
      await page.keyboard.press('Escape')
      await at('/media', (each) => each.getByRole('listbox', { name: 'Media' }))(page)
      await page.getByRole('searchbox', { name: /^Find by name/ }).fill('nothing is called this')
      await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
    },
  },
  {
    name: 'editor-film',
    async open(page) {
      await at('/posts', heading('No post is open'))(page)
      await page.getByRole('option', { name: /What the new knife changed/ }).click()
      const body = page.getByRole('textbox', { name: 'Text of the post' })
      await body.waitFor()
      if ((await body.locator('video').count()) > 0) return
      await endOf(body, body.getByRole('heading', { name: 'It is always sharp' }))
      await page.keyboard.press('Enter')
      await page.keyboard.type('/film')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: 'From the library' }).getByRole('option', { name: /Tide/ }).dblclick()
      await body.locator('video').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'editor-gallery',
    async open(page) {
      await at('/posts', heading('No post is open'))(page)
      await page.getByRole('option', { name: /The long table/ }).click()
      const body = page.getByRole('textbox', { name: 'Text of the post' })
      await body.waitFor()
      await endOf(body, body.locator('p').first())
      await page.keyboard.press('Enter')
      await page.keyboard.type('/gallery')
      await page.keyboard.press('Enter')
      const picker = page.getByRole('dialog', { name: 'From the library' })
      for (const name of [/^samphire\.webp/, /^fire\.webp/, /^stock\.webp/])
        await picker.getByRole('option', { name }).click({ modifiers: ['ControlOrMeta'] })
      await picker.getByRole('button', { name: 'Insert' }).click()
      await body.getByRole('group', { name: 'Gallery' }).locator('img').nth(1).click()
    },
  },
]

export const settingScreens: Screen[] = [
  ...settingPages.map((title) => ({
    name: `settings-${pageOf(title)}`,
    open: at(`/settings/${pageOf(title)}`, (page) =>
      page.getByRole('main').getByRole('heading', { level: 1, name: title, exact: true }),
    ),
  })),
  {
    name: 'palette',
    async open(page) {
      await at('/posts', heading('No post is open'))(page)
      await page.keyboard.press('Control+k')
      await page
        .getByRole('dialog')
        .getByRole('combobox')
        .or(page.getByRole('dialog').getByRole('searchbox'))
        .first()
        .waitFor()
    },
  },
]

/** Those of a studio whose local data is encrypted, in this order and after all others: the last one locks it. */
export const sealedScreens: Screen[] = [
  {
    name: 'settings-encrypted',
    async open(page) {
      const passphrase = 'salt marsh at low tide'
      await page.keyboard.press('Escape')
      await at('/settings/storage', (page) => page.getByRole('main').getByRole('heading', { level: 1 }))(page)
      await page.getByRole('switch', { name: /Encrypt/ }).click({ force: true })
      await page.getByRole('button', { name: 'Set a passphrase' }).click()
      await page.getByLabel('New passphrase', { exact: true }).fill(passphrase)
      await page.getByLabel('New passphrase, once more').fill(passphrase)
      await page.getByRole('dialog').getByRole('button', { name: 'Set a passphrase' }).click()
      const lock = page.getByRole('button', { name: 'Lock now' })
      await lock.waitFor()
      await lock.scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'locked',
    async open(page) {
      await page.getByRole('button', { name: 'Lock now' }).click()
      await page.getByRole('heading', { name: 'This studio is locked' }).waitFor()
    },
  },
]

/** The audience's pages, by path on the server. */
export const publicPages = [
  { name: 'public-page', path: '/@saltmarsh' },
  { name: 'public-post', path: '/@saltmarsh/mussels-for-two-in-nine-minutes' },
  { name: 'public-film', path: '/@saltmarsh/notes-from-a-flooded-kitchen' },
  { name: 'public-missing', path: '/@saltmarsh/nothing-here' },
  { name: 'public-landing', path: '/' },
]

/** A plan made on another device whose time passed before the server heard of it: something for the review. */
export async function addLatePost(serverUrl: string, account: { email: string; password: string }): Promise<void> {
  const device = await signInClient(serverUrl, 'saltmarsh', { signUp: false, deviceName: 'Tablet', ...account })
  const yesterday = new Date(Date.now() - 20 * 3_600_000)
  const post = samplePost(
    { title: 'Salt, weighed', plan: planAt(yesterday, 'ask') },
    'Weigh it. A spoon is an opinion.',
  )
  const { conflicts, refused } = await device.push('posts', [{ newDocumentState: post }])
  if (conflicts.length + refused.length > 0) throw new Error(JSON.stringify({ conflicts, refused }))
}

/** What a tablet could not keep when it met the other devices: something of every kind to compare. */
export async function addLostVersions(serverUrl: string, account: { email: string; password: string }): Promise<void> {
  const device = await signInClient(serverUrl, 'saltmarsh', { signUp: false, deviceName: 'Tablet', ...account })
  const posts = await device.pull<Post>('posts')
  const named = (words: string) => posts.find(({ title }) => title.includes(words))!
  const [mussels, leaves] = [named('Mussels for two'), named('Winter leaves')]
  const paragraphs = [mussels.text.split('\n')[0] ?? '', 'A lid, a high flame, and nothing else to do meanwhile.']
  const body = bodyFromJson({
    type: 'doc',
    content: paragraphs.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
  })
  const plan = planAt(new Date(Date.now() + 6 * 86_400_000), 'ask')
  const values: [Post, string, unknown][] = [
    [leaves, 'title', 'Winter leaves with a sharp, warm dressing'],
    [leaves, 'plan', { ...plan, zone: 'Europe/Berlin' }],
    [mussels, 'body', body],
    [mussels, 'tags', [...mussels.tags.slice(1), 'weeknight', 'sea']],
  ]
  const now = Date.now()
  const rows = values.map(([post, field, value], index) => ({
    newDocumentState: {
      id: createHash('sha256')
        .update(post.id + field)
        .digest('hex'),
      source: 'posts',
      documentId: post.id,
      title: post.title,
      field,
      value,
      writtenAt: new Date(now - 5 * 3_600_000 - index * 600_000).toISOString(),
      mergedBy: 'tablet',
      wasItsOwn: true,
      at: new Date(now - index * 1000).toISOString(),
    },
  }))
  const { conflicts, refused } = await device.push('lost', rows)
  if (conflicts.length + refused.length > 0) throw new Error(JSON.stringify({ conflicts, refused }))
}

/**
 * The files of the demo's films and recordings that lie at the server alone, because nobody's device took them in. Their
 * posters are pictures, which the host fetches.
 */
export async function farFiles(serverUrl: string, account: { email: string; password: string }): Promise<Set<string>> {
  const device = await signInClient(serverUrl, 'saltmarsh', { signUp: false, deviceName: 'Tablet', ...account })
  const films = (await device.pull<Media>('media')).filter(({ kind }) => kind !== 'image')
  return new Set(
    films.flatMap(({ id, variants }) => [
      id,
      ...variants.filter(({ role }) => role !== 'poster').map(({ hash }) => hash),
    ]),
  )
}

/** A film in the library of the signed-in studio, with all that is made of it. */
export async function addFilm(page: Page, folder: string): Promise<void> {
  const { ffmpeg } = await requireFfmpeg()
  const file = join(folder, 'Tide over the flats.mp4')
  const sea = 'gradients=s=640x360:r=25:d=20:speed=0.01:c0=#1f4e5f:c1=#c9b37e:c2=#7fa7a0:c3=#e8dcc0:nb_colors=4'
  const wind = "aevalsrc='(random(0)*2-1)*0.3*(0.4+0.6*abs(sin(t*0.6)))':d=20"
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest']
  execFileSync(ffmpeg, ['-v', 'error', '-y', '-f', 'lavfi', '-i', sea, '-f', 'lavfi', '-i', wind, ...codecs, file])
  await at('/media', (each) => each.getByRole('listbox', { name: 'Media' }))(page)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await (await chooser).setFiles(file)
  await page.getByRole('option', { name: /Tide/ }).dblclick()
  const made = page.getByRole('region', { name: 'Made of it' })
  await made.getByText('Preview pictures').waitFor({ timeout: 90_000 })
  await made.getByText('Web film').waitFor({ timeout: 90_000 })
  await page.getByRole('button', { name: 'Make', exact: true }).click()
  await page.getByRole('menuitem', { name: /^Waveform/ }).click()
  await made.getByText('Waveform').waitFor({ timeout: 90_000 })
  await page.getByRole('textbox', { name: 'Description' }).fill('Water running over grey sand, seen from above')
  await page.keyboard.press('Tab')
}

/** Fonts are there, pictures are decoded, films have what they show before they play, and nothing moves any more. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video')].every((each) => each.networkState !== each.NETWORK_LOADING),
  )
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})))
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})))
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}
