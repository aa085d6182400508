import { createHmac } from 'node:crypto'
import { expect } from 'playwright/test'
import { account, signUp, studioTest as test } from '../studio.ts'

/** What an authenticator app shows now for a secret in base32 (RFC 6238). */
function codeOf(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/\s/g, '')].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const digest = createHmac('sha1', key).update(step).digest()
  const at = digest.at(-1)! & 15
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

test('a second step is set up, gets new codes and is turned off; the other window stays signed in', async ({
  page,
  context,
  studio,
}) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  const other = await context.newPage()
  await other.goto(new URL('/#/settings/account', page.url()).href)
  await expect(other.getByText(account.email)).toBeVisible()
  await page.evaluate(() => {
    location.hash = '/settings/security'
  })
  const dialog = page.getByRole('dialog')
  const withPassword = async (action: string) => {
    await expect(dialog.getByLabel('Password')).toBeFocused()
    await page.keyboard.type(account.password)
    await dialog.getByRole('button', { name: action }).click()
  }

  await page.getByRole('button', { name: 'Set up' }).click()
  await withPassword('Continue')
  await expect(dialog.getByLabel('Six-digit code')).toBeFocused()
  await page.keyboard.type('000000')
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('This code is not right')).toBeVisible()
  await dialog.getByLabel('Six-digit code').fill(codeOf((await dialog.locator('code').textContent())!))
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('listitem')).toHaveCount(10)
  const first = await dialog.getByRole('listitem').first().textContent()
  await dialog.getByRole('button', { name: 'I have kept them' }).click()

  // The server has turned the session's key: the other window knows the new one.
  await other.evaluate(() => {
    location.hash = '/settings/devices'
  })
  await expect(other.getByText('This device')).toBeVisible()

  await page.getByRole('button', { name: 'Make new codes' }).click()
  await withPassword('Make new codes')
  await expect(dialog.getByRole('listitem')).toHaveCount(10)
  expect(await dialog.getByRole('listitem').first().textContent()).not.toBe(first)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()

  await page.getByRole('button', { name: 'Turn off' }).click()
  await withPassword('Turn off')
  await expect(page.getByText('The second step is off.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Set up' })).toBeVisible()
})
