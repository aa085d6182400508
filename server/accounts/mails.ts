import { escapeHtml } from '../../shared/domain/html.ts'
import type { Config } from '../config.ts'
import type { Log } from '../http/app.ts'
import type { Mailer, Message } from '../mail/mailer.ts'
import type { Attempts } from './attempts.ts'

type Recipient = { email: string; name: string }

/** At most this many mails an hour to one address, whoever asks for them: nobody's mailbox is flooded through us. */
const mailsPerHour = 6

/** The letters that accounts send. Links lead to pages with a button, since mail scanners follow links by themselves. */
export function createAccountMails({
  config,
  mail,
  attempts,
  log,
}: {
  config: Config
  mail: Mailer
  attempts: Attempts
  log: Log
}) {
  const send = async (to: Recipient, letter: Letter) => {
    const bucket = attempts.keyed('mail', to.email)
    if (!(await attempts.tryTake({ bucket, max: mailsPerHour, windowMs: 3_600_000 }))) return
    try {
      await mail.send({ to: to.email, ...written(to, letter) })
    } catch (error) {
      // The person can ask again; what must not happen is that the answer they got depends on it.
      // Nor are the mail server's words logged: they repeat the address.
      const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown }
      log.error({ code, responseCode }, 'a mail could not be sent')
    }
  }
  const link = (path: string, token: string) => `${config.publicUrl}${path}?token=${encodeURIComponent(token)}`

  return {
    confirmAddress: (user: Recipient, token: string) =>
      send(user, {
        subject: 'Confirm your address for Grover',
        lines: ['Press the button to confirm that this address is yours.'],
        button: { label: 'Confirm address', url: link('/account/confirm', token) },
        after: 'The link works for 24 hours. If you did not sign up, do nothing.',
      }),
    resetPassword: (user: Recipient, token: string) =>
      send(user, {
        subject: 'Choose a new password for Grover',
        lines: ['Somebody, probably you, asked for a new password.'],
        button: { label: 'Choose a new password', url: link('/account/reset', token) },
        after: 'The link works once, for one hour, and signs out every device. If you did not ask, do nothing.',
      }),
    alreadySignedUp: (user: Recipient) =>
      send(user, {
        subject: 'You already have a Grover account',
        lines: [
          'Somebody, probably you, tried to sign up with this address, which already has an account.',
          'Sign in with your password, or ask for a new one in the studio under “Forgot password”.',
        ],
        after: 'If it was not you, do nothing: they learnt nothing about you.',
      }),
    passwordChanged: (user: Recipient) =>
      send(user, {
        subject: 'Your Grover password was changed',
        lines: ['The password of your account has just been changed.'],
        after: 'If it was not you, ask for a new password in the studio at once.',
      }),
    secondFactorChanged: (user: Recipient, on: boolean) =>
      send(user, {
        subject: `Two-step sign-in is ${on ? 'on' : 'off'}`,
        lines: [`Two-step sign-in for your Grover account has just been switched ${on ? 'on' : 'off'}.`],
        after: 'If it was not you, ask for a new password in the studio at once.',
      }),
  }
}

export type AccountMails = ReturnType<typeof createAccountMails>

type Letter = { subject: string; lines: string[]; button?: { label: string; url: string }; after: string }

function written({ name }: Recipient, { subject, lines, button, after }: Letter): Omit<Message, 'to'> {
  // A name is the sender's choice when they sign up with somebody else's address: it must not carry a link or a message.
  const greeting = /^[\p{L}\p{M} .'’-]{1,40}$/u.test(name) && !/\.\S/.test(name) ? `Hello ${name},` : 'Hello,'
  const text = [greeting, ...lines, ...(button ? [`${button.label}:\n${button.url}`] : []), after, '— Grover'].join(
    '\n\n',
  )
  const paragraph = (line: string) => `<p style="margin:0 0 16px">${escapeHtml(line)}</p>`
  const html = `<!doctype html><html lang="en"><body style="margin:0;padding:32px 16px;background:#f6f5f2;color:#23211d;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:480px;margin:0 auto;background:#fff;border:1px solid #e4e1da;border-radius:10px;padding:32px">
${paragraph(greeting)}${lines.map(paragraph).join('')}${
  button
    ? `<p style="margin:24px 0"><a href="${escapeHtml(button.url)}" style="display:inline-block;background:#2b7a4b;color:#fff;text-decoration:none;padding:12px 20px;border-radius:6px;font-weight:600">${escapeHtml(button.label)}</a></p><p style="margin:0 0 16px;font-size:13px;color:#6b675f;word-break:break-all">${escapeHtml(button.url)}</p>`
    : ''
}<p style="margin:0;font-size:13px;color:#6b675f">${escapeHtml(after)}</p></div></body></html>`
  return { subject, text, html }
}
