import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { addressOf } from './address.ts'
import { createApp } from './app.ts'

const apps = ['false', 'true'].map((trust) => {
  const config = readConfig({ GROVER_TRUST_PROXY: trust })
  const app = createApp({ config, log: pino({ level: 'silent' }) })
  app.get('/', async (request) => [request.ip, addressOf(request.raw, config.trustProxy)])
  return app
})
afterAll(() => Promise.all(apps.map((app) => app.close())))

test.each([
  ['203.0.113.7', undefined, '203.0.113.7', '203.0.113.7'],
  ['203.0.113.7', '198.51.100.1', '203.0.113.7', '203.0.113.7'],
  ['127.0.0.1', '198.51.100.1', '127.0.0.1', '198.51.100.1'],
  ['::ffff:127.0.0.1', '198.51.100.1,10.0.0.3', '::ffff:127.0.0.1', '198.51.100.1'],
  ['fd00::2', '1.2.3.4, 2001:db8::1, 192.168.1.1', 'fd00::2', '2001:db8::1'],
  ['::1', '172.20.0.1 , 169.254.3.4', '::1', '172.20.0.1'],
  ['::1', 'not an address, 10.1.1.1', '::1', 'not an address'],
])(
  '%s with x-forwarded-for %s is %s, behind a trusted proxy %s, as Fastify has it',
  async (remoteAddress, forwarded, plain, trusted) => {
    const headers = forwarded ? { 'x-forwarded-for': forwarded } : {}
    const answers = await Promise.all(
      apps.map(async (app) => (await app.inject({ url: '/', remoteAddress, headers })).json()),
    )
    expect(answers).toEqual([
      [plain, plain],
      [trusted, trusted],
    ])
  },
)
