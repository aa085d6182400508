import { randomBytes } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Transporter } from 'nodemailer'
import type { Config } from '../config.ts'
import type { Log } from '../http/app.ts'

export type Message = { to: string; subject: string; text: string; html: string }

export type Mailer = {
  /** Whether mail truly leaves this machine: then an address can be asked to confirm itself. */
  readonly delivers: boolean
  /** Errors: the mail server's, or the disk's. */
  send(message: Message): Promise<void>
}

/**
 * Mail by SMTP where it is configured; otherwise each message is a file that any mail program opens, so that a server for
 * one person works without a mail server. Bodies carry secret links: neither they nor addresses are logged.
 */
export function createMailer({ config, log }: { config: Pick<Config, 'mail'>; log: Log }): Mailer {
  const { smtpUrl, from, folder } = config.mail
  if (smtpUrl) {
    let transport: Transporter | undefined
    return {
      delivers: true,
      async send(message) {
        transport ??= await smtpTransport(smtpUrl, from)
        await transport.sendMail({ ...message, ...automatic })
      },
    }
  }

  return {
    delivers: false,
    async send(message) {
      const { createTransport } = await import('nodemailer')
      const compose = createTransport({ streamTransport: true, buffer: true, newline: 'windows' }, { from })
      const { message: bytes } = await compose.sendMail({ ...message, ...automatic })
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const stamp = new Date().toISOString().replace(/[:.]/g, '-')
      const path = join(folder, `${stamp}-${randomBytes(3).toString('hex')}.eml`)
      // Whole or not at all: somebody may be watching the folder.
      await writeFile(`${path}.part`, bytes as Buffer, { mode: 0o600 })
      await rename(`${path}.part`, path)
      log.info({ path }, `No mail server is set: the message “${message.subject}” was written to ${path}`)
    },
  }
}

// Loaded with the first message: a start should not wait for it.
async function smtpTransport(url: string, from: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  return createTransport(url, {
    from,
    // A mail server that accepts a connection and then says nothing must not hold a message for ten minutes.
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
    socketTimeout: 60_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[1])
}

/** Keeps holiday answers away (RFC 3834). */
const automatic = { headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } }
