import { expect, test } from 'vitest'
import { bodyFromJson, packBody, readBody } from '../../../../shared/domain/richtext/index.ts'
import { firstToShow } from './first-to-show.ts'

const body = (text: string) =>
  bodyFromJson({ type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] })
const version = async (id: string, text: string) => ({
  id,
  title: 'T',
  body: await packBody(readBody(body(text)).json),
})

test('a history opens where something differs, and at the newest where that cannot be told', async () => {
  const [now, older] = [await version('now', 'As it is.'), await version('older', 'As it was.')]
  const post = { title: 'T', body: body('As it is.') }
  expect(await firstToShow([now, older], post)).toBe('older')
  expect(await firstToShow([older, now], post)).toBe('older')
  expect(await firstToShow([{ ...now, body: 'AAAA' }, older], post)).toBe('now')
  expect(await firstToShow([now, older], { title: 'T', body: 'AQID' })).toBe('now')
  expect(await firstToShow([], post)).toBeUndefined()
})
