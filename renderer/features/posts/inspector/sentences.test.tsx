import { readFileSync } from 'node:fs'
import i18next from 'i18next'
import { renderToStaticMarkup } from 'react-dom/server'
import { initReactI18next } from 'react-i18next'
import { beforeAll, expect, test, vi } from 'vitest'
import { readWish } from './plan-wish.ts'
import { Receipt } from './receipt.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { sampleReceipt } from './testing/receipt.ts'

const words = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../app/locales/de/${file}.json`, import.meta.url), 'utf8'))

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: { lang: 'de' } })
  const de = { app: words('app'), posts: words('posts'), calendar: words('calendar'), ui: words('ui') }
  await i18next.use(initReactI18next).init({ lng: 'de', resources: { de }, interpolation: { escapeValue: false } })
})

const problem = (code: string) => sampleReceipt({ problem: { code, message: 'Said in English.' } })

test('a German author reads in German why the server refused; what it alone can name stays in its words', () => {
  const told = renderToStaticMarkup(<Receipt zone="" receipt={problem('slug_taken')} now={0} />)
  expect(told).toContain('Diese Adresse hat schon ein anderer Beitrag.')
  expect(told).not.toContain('English')
  const beside = renderToStaticMarkup(
    <Receipt zone="" receipt={{ ...problem('slug_taken'), level: 'server' }} now={0} />,
  )
  expect(beside).toContain('Diese Adresse hat schon ein anderer Beitrag.')
  expect(renderToStaticMarkup(<Receipt zone="" receipt={problem('new_to_us')} now={0} />)).toContain('Said in English.')
})

test('a time too far ahead is refused in German', () => {
  const draft = { local: '2500-03-05T10:59:00', zone: 'Europe/Berlin', late: 'ask' as const }
  const told = renderToStaticMarkup(
    <ScheduleFields
      draft={draft}
      wish={readWish(draft.local, draft.zone, 0)}
      weekStart={1}
      homeZone="Europe/Berlin"
      now={0}
      onChange={() => {}}
    />,
  )
  expect(told).toContain('Für diese Zeit lässt sich nichts planen.')
})
