import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { createApp } from './app.ts'

const app = createApp({ config: readConfig({}), log: pino({ level: 'silent' }) })
let port: number
beforeAll(async () => {
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
})
afterAll(() => app.close())

test.each([
  ['that is no HTTP', 'what is this\r\n\r\n', 400, 'bad_request'],
  [
    'with two lengths',
    'GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
    400,
    'bad_request',
  ],
  ['with a very long header', `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'y'.repeat(20_000)}\r\n\r\n`, 413, 'too_large'],
])('a request %s is answered by name, and the connection ends', async (_what, sent, status, code) => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(sent)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head).toContain(`content-length: ${body.length}`)
  expect(JSON.parse(body)).toEqual({ code, error: true, message: expect.stringMatching(/\.$/) })
})
