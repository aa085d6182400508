import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { pino } from 'pino'
import { SMTPServer } from 'smtp-server'
import { expect, test } from 'vitest'
import { createMailer } from './mailer.ts'

const message = {
  to: 'Ada <ada@example.org>',
  subject: 'Grüße, Ada',
  text: 'Open https://studio.example/account/reset?token=secret-token',
  html: '<p>Open <a href="https://studio.example/account/reset?token=secret-token">this</a></p>',
}

test('without a mail server a message becomes a private file, and only its path is logged', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'grover-mail-')), 'mail')
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const mail = createMailer({
    config: { mail: { smtpUrl: undefined, from: 'Grover <no-reply@example.org>', folder } },
    log,
  })
  await mail.send(message)
  await mail.send(message)

  const files = await readdir(folder)
  expect(files).toHaveLength(2)
  const path = join(folder, files[0] as string)
  expect(path.endsWith('.eml')).toBe(true)
  expect((await stat(path)).mode & 0o077).toBe(0)
  const parsed = await simpleParser(await readFile(path))
  expect(parsed.subject).toBe('Grüße, Ada')
  expect(parsed.text).toContain('token=secret-token')
  expect(parsed.html).toContain('<a href=')
  expect(parsed.headers.get('auto-submitted')).toBe('auto-generated')
  expect(lines.join('')).toContain(path)
  expect(lines.join('')).not.toContain('secret-token')
  expect(lines.join('')).not.toContain('ada@example.org')
  expect(mail.delivers).toBe(false)
  await rm(folder, { recursive: true })
})

test('with a mail server the message arrives there', async () => {
  const received: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      stream.on('end', () => {
        received.push(text)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const mail = createMailer({
    config: {
      mail: { smtpUrl: `smtp://127.0.0.1:${port}`, from: 'Grover <no-reply@example.org>', folder: '/nowhere' },
    },
    log: pino({ level: 'silent' }),
  })
  expect(mail.delivers).toBe(true)
  await mail.send(message)
  const parsed = await simpleParser(received[0] as string)
  expect(parsed.from?.text).toContain('no-reply@example.org')
  expect(parsed.subject).toBe('Grüße, Ada')
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await expect(mail.send(message)).rejects.toThrow()
})

test('a line break in a subject cannot add headers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'grover-mail-'))
  const mail = createMailer({
    config: { mail: { smtpUrl: undefined, from: 'a@example.org', folder } },
    log: pino({ level: 'silent' }),
  })
  await mail.send({ ...message, subject: 'Hello\r\nBcc: all@example.org' })
  const [file] = await readdir(folder)
  const parsed = await simpleParser(await readFile(join(folder, file as string)))
  expect(parsed.bcc).toBeUndefined()
  await rm(folder, { recursive: true })
})
