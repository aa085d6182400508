import { createHash } from 'node:crypto'
import type { Page } from 'playwright/test'
import type { Post } from '../shared/collections/posts.ts'
import { bodyFromJson } from '../shared/domain/richtext/index.ts'
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
  'Media tools',
  'About',
]

const pageOf = (title: string): string => title.toLowerCase().split(' ')[0]!

/** The screens of the sample creator's studio, with one post whose time has passed. */
export const studioScreens: Screen[] = [
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

/** Fonts are there, pictures are decoded, and nothing moves any more. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})))
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})))
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}
