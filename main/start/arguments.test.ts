import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'
import { worthTelling } from './server-log.ts'

test('nothing said means the usual', () => {
  expect(readArguments([])).toEqual({
    demo: false,
    data: undefined,
    port: undefined,
    host: undefined,
    open: true,
    help: false,
  })
})

test('everything that can be said', () => {
  expect(readArguments(['--demo', '--data', 'some/where', '--port=0', '--host', 'browser', '--no-open', '-h'])).toEqual(
    {
      demo: true,
      data: resolve('some/where'),
      port: 0,
      host: 'browser',
      open: false,
      help: true,
    },
  )
})

test.each([
  [['--prot', '1'], /«--prot»/],
  [['--port', 'x'], /--port is «x»/],
  [['--port', '65536'], /0 to 65535/],
  [['--port', '-1'], /--port/],
  [['--host', 'firefox'], /electron or browser/],
  [['--data', ''], /no folder/],
  [['--data'], /--data/],
  [['--demo=yes'], /--demo/],
  [['extra'], /«extra»/],
])('%j is answered with one sentence', (args, sentence) => {
  expect(() => readArguments(args)).toThrow(sentence)
  try {
    readArguments(args)
  } catch (error) {
    expect((error as Error).message).not.toContain('\n')
    expect((error as Error).message).toMatch(/\.$/)
  }
})

test('of the server’s log the person sees sentences, warnings and mail that waits for its reader', () => {
  const line = (entry: object) => worthTelling(JSON.stringify(entry))
  expect(worthTelling('The port is in use.')).toBe('The port is in use.')
  expect(worthTelling('  ')).toBeUndefined()
  expect(line({ level: 30, msg: 'database migrated' })).toBeUndefined()
  expect(line({ level: 40, msg: 'not ready' })).toBe('not ready')
  expect(line({ level: 50, msg: 'broke', err: { message: 'why' } })).toBe('broke: why')
  expect(line({ level: 30, msg: 'No mail server is set: the message was written to /x' })).toContain('/x')
  expect(worthTelling('{"half')).toBe('{"half')
  expect(worthTelling('[1]')).toBe('[1]')
})
