import { expect, type Page } from 'playwright/test'
import { account, signIn, signUp, syncMark, studioTest as test } from '../studio.ts'

const body = (page: Page) => page.getByRole('textbox', { name: 'Text of the post' })
const title = (page: Page) => page.getByRole('textbox', { name: 'Title', exact: true })
const question = (page: Page) => page.getByRole('dialog', { name: /^Publish “/ })

async function newPost(page: Page, called: string): Promise<void> {
  await page.getByRole('button', { name: 'New post' }).first().click()
  await expect(title(page)).toBeFocused()
  await page.keyboard.type(called)
  await page.keyboard.press('Enter')
  await expect(body(page)).toBeFocused()
}

test('whichever way a post goes out, it is looked at first, and what is on the screen is what readers get', async ({
  page,
  studio,
}) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await expect(syncMark(page)).toHaveText(/all safe/i)
  const address = `${new URL(studio.lines.server!).host}/@${account.handle}/said-at-once`

  await test.step('from the list: a post with nothing in it is held back, and the way to it is offered', async () => {
    await newPost(page, 'Said at once')
    await page.evaluate(() => {
      location.hash = '/posts'
    })
    await page.getByRole('option', { name: /Said at once/ }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Publish now…' }).click()
    await expect(question(page)).toContainText(address)
    await expect(question(page)).toContainText('Everyone')
    await expect(question(page).getByRole('button', { name: 'Publish now' })).toBeDisabled()
    await question(page).getByRole('button', { name: 'It has no text, no pictures and no films.' }).click()
    await expect(question(page)).toHaveCount(0)
    await expect(body(page)).toBeVisible()
  })

  await test.step('planned from the plan: it is said that it is not finished', async () => {
    await page.evaluate(() => {
      location.hash = '/plan?view=month'
    })
    await page.getByRole('button', { name: 'Schedule “Said at once”…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Schedule' }).click()
    await expect(
      page.getByText('The post you planned is not finished yet. It has no text, no pictures and no films.'),
    ).toBeVisible()
    await page.getByRole('button', { name: 'Finish it' }).click()
    await expect(body(page)).toBeVisible()
  })

  await test.step('typed and published in one breath', async () => {
    await page.getByRole('radio', { name: /^Members/ }).click({ force: true })
    await body(page).click()
    await page.keyboard.type('The very last words')
    await page.getByRole('button', { name: 'More for this post' }).click()
    await page.getByRole('menuitem', { name: 'Publish now…' }).click()
    await expect(question(page)).toContainText('Who is no member finds nothing at this address.')
    await question(page).getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('radio', { name: /^Everyone/ }).click({ force: true })
    await body(page).click()
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.type(', all of them')
    await page.getByRole('button', { name: 'Publish now…' }).click()
    await question(page).getByRole('button', { name: 'Publish now' }).click()
    const read = async () => (await fetch(`http://${address}`)).text()
    await expect.poll(read).toContain('The very last words, all of them')
  })

  await test.step('a copy has the title as far as it is typed', async () => {
    await title(page).click()
    await page.keyboard.press('End')
    await page.keyboard.type(', twice')
    await page.keyboard.press('ControlOrMeta+d')
    await expect(title(page)).toHaveValue('Said at once, twice (2)')
  })
})

test('two windows are signed in and out together', async ({ page, context, studio }) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  const other = await context.newPage()
  await other.goto(new URL('/#/settings/account', page.url()).href)
  await expect(other.getByText(account.email)).toBeVisible()

  await page.evaluate(() => {
    location.hash = '/settings/account'
  })
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(other.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()

  await signIn(other)
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await expect(syncMark(page)).toHaveText(/all safe/i)
})
