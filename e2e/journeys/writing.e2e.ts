import { join } from 'node:path'
import { expect, type Page, test } from 'playwright/test'
import { type Running, removeFolder, temporaryFolder } from '../processes.ts'
import { signUp, startStudio, syncMark } from '../studio.ts'

let folder: string
let studio: Running

test.beforeAll(async () => {
  folder = temporaryFolder('writing')
  studio = await startStudio(join(folder, 'data'))
})

test.afterAll(async () => {
  await studio.kill()
  removeFolder(folder)
})

const body = (page: Page) => page.getByRole('textbox', { name: 'Text of the post' })
const title = (page: Page) => page.getByRole('textbox', { name: 'Title', exact: true })
const receipt = (page: Page) => page.getByRole('region', { name: 'Where this post is' })

async function newPost(page: Page, called: string): Promise<void> {
  await page.getByRole('listbox', { name: 'Posts' }).or(page.locator('.posts-list')).first().focus()
  await page.getByRole('button', { name: 'New post' }).first().click()
  await expect(title(page)).toBeFocused()
  await expect(title(page)).toHaveValue('')
  await page.keyboard.type(called)
  await page.keyboard.press('Enter')
  await expect(body(page)).toBeFocused()
}

/** What Word, Docs or another page put on the clipboard. */
const paste = (page: Page, data: Record<string, string>) =>
  body(page).evaluate((element, given) => {
    const clipboardData = new DataTransfer()
    for (const [type, text] of Object.entries(given)) clipboardData.setData(type, text)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, data)

/** A picture from the file manager or a screenshot. */
const pastePicture = (page: Page, name: string) =>
  body(page).evaluate(async (element, called) => {
    const canvas = new OffscreenCanvas(640, 360)
    const pen = canvas.getContext('2d')!
    pen.fillStyle = 'teal'
    pen.fillRect(0, 0, 640, 360)
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([await canvas.convertToBlob()], called, { type: 'image/png' }))
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, name)

test('a post is written, planned and deleted by keyboard, and what the studio says of it is true', async ({ page }) => {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await expect(syncMark(page)).toHaveText(/all safe/i)

  await test.step('markdown, slash menu and toolbar', async () => {
    await newPost(page, 'Keys only')
    await page.keyboard.type('## Begun by markdown')
    await page.keyboard.press('Enter')
    await page.keyboard.type('/quo')
    await expect(page.getByRole('option', { name: /^Quote/ })).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Said by somebody')
    await expect(body(page).locator('h2')).toHaveText('Begun by markdown')
    await expect(body(page).locator('blockquote')).toHaveText('Said by somebody')

    await page.keyboard.press('Shift+Home')
    await expect(page.getByRole('toolbar', { name: 'Formatting' })).toBeVisible()
    await page.keyboard.press('Alt+F10')
    await expect(page.getByRole('button', { name: 'Bold' })).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    await expect(body(page).locator('blockquote em')).toHaveText('Said by somebody')
    await page.keyboard.press('ControlOrMeta+z')
    await expect(body(page).locator('blockquote em')).toHaveCount(0)
  })

  await test.step('words become a link by Mod+K; without words it is the palette', async () => {
    await body(page).locator('blockquote').click()
    await page.keyboard.press('End')
    await page.keyboard.press('Shift+Home')
    await page.keyboard.press('ControlOrMeta+k')
    await expect(page.getByRole('textbox', { name: 'Address' }).first()).toBeFocused()
    await page.keyboard.type('javascript:alert(1)')
    await page.keyboard.press('Enter')
    await expect(page.getByText('This is no web or e-mail address.')).toBeVisible()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('example.org/words')
    await page.keyboard.press('Enter')
    await expect(body(page).locator('blockquote a')).toHaveAttribute('href', 'https://example.org/words')
    await page.keyboard.type(', and more')
    await expect(body(page).locator('blockquote a')).toHaveText('Said by somebody')
    await page.keyboard.press('ControlOrMeta+k')
    await expect(page.getByRole('dialog', { name: 'Search and commands' })).toBeVisible()
    await page.keyboard.press('Escape')
  })

  await test.step('what is pasted keeps its meaning and loses the rest', async () => {
    await newPost(page, 'Pasted')
    await paste(page, {
      'text/html': `<h1>Part</h1><p class=MsoNormal><b>bold</b> text<o:p></o:p></p>
        <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.</span>first</p>
        <p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·</span>below</p>
        <p><span style="font-weight:700">heavy</span> <a href="javascript:alert(1)">bad</a></p>
        <img src="https://elsewhere.example/cat.png" alt="A cat" onerror="alert(1)"><script>alert(1)</script>`,
      'text/plain': 'ignored',
    })
    await expect(body(page).locator('h2')).toHaveText('Part')
    await expect(body(page).locator('ol > li').first()).toContainText('first')
    await expect(body(page).locator('ol ul li')).toHaveText('below')
    await expect(body(page).locator('strong')).toHaveText(['bold', 'heavy'])
    await expect(body(page).locator('a')).toHaveText('A cat')
    await expect(body(page).locator('a')).toHaveAttribute('href', 'https://elsewhere.example/cat.png')
    await expect(body(page).locator('img, script')).toHaveCount(0)
  })

  await test.step('an address alone on its line is a card; undo gives the text back', async () => {
    await newPost(page, 'A card')
    await paste(page, { 'text/plain': 'https://www.example.org/video?x=1' })
    await expect(body(page).getByRole('textbox', { name: 'Title of the link' })).toBeVisible()
    await page.keyboard.type('below it')
    await expect(body(page).locator('> p')).toHaveText('below it')
    await page.keyboard.press('ControlOrMeta+z')
    await page.keyboard.press('ControlOrMeta+z')
    await expect(body(page).locator('a')).toHaveText('https://www.example.org/video?x=1')
  })

  await test.step('a picture is taken in, described, and goes up', async () => {
    await newPost(page, 'With a picture')
    await page.keyboard.type('Before the picture.')
    await pastePicture(page, 'harbour.png')
    const picture = body(page).locator('img')
    await expect(picture).toHaveAttribute('src', /\/blobs\/[0-9a-f]{64}$/)
    await expect(page.getByText('One picture or film has no description')).toBeVisible()
    await page.getByRole('button', { name: /One picture or film has no description/ }).click()
    await expect(page.getByRole('textbox', { name: 'Description of the picture' })).toBeFocused()
    await page.keyboard.type('A teal field')
    await page.keyboard.press('Escape')
    await expect(picture).toHaveAttribute('alt', 'A teal field')
    await expect(page.getByText('Everything is in order.')).toBeVisible()
  })

  await test.step('a time the clocks jump over is refused with the two that exist', async () => {
    const part = page.locator('.posts-plan').getByRole('spinbutton')
    await part.first().focus()
    await page.keyboard.type('280320270230')
    await expect(page.getByText(/clocks go from 02:00 straight to 03:00/)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Schedule' })).toBeDisabled()
    await page.getByRole('button', { name: '03:00' }).click()
    await page.getByRole('button', { name: 'Schedule' }).click()
    await expect(receipt(page)).toContainText('even with this device switched off')
    await page.getByRole('button', { name: 'Cancel the plan' }).click()
    await expect(receipt(page)).toContainText('nothing is planned')
  })

  await test.step('a deleted post comes back whole', async () => {
    await body(page).focus()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('listbox', { name: 'Posts' })).toBeFocused()
    await page.keyboard.press('Delete')
    await expect(page.getByText('“With a picture” was deleted.')).toBeVisible()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Undo' }).first().click()
    await expect(title(page)).toHaveValue('With a picture')
    await expect(body(page)).toContainText('Before the picture.')
    await expect(body(page).locator('img')).toHaveAttribute('alt', 'A teal field')
    await page.reload()
    await expect(syncMark(page)).toHaveText(/all safe/i)
    await expect(body(page).locator('img')).toHaveAttribute('alt', 'A teal field')
  })
  expect(complaints).toEqual([])
})
