import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { simpleParser } from 'mailparser'
import { type Logger, pino } from 'pino'
import { expect } from 'vitest'
import { type Config, type OidcProvider, readConfig } from '../config.ts'
import { createApp } from '../http/app.ts'
import { createMailer, type Mailer, type Message } from '../mail/mailer.ts'
import { createQueries } from '../site/queries.ts'
import { createSync } from '../sync/index.ts'
import { testDatabase } from '../testing/database.ts'
import { createAuthenticate } from './authenticate.ts'
import { createAccounts } from './index.ts'

/** For what happens beside an answer: patient, since test machines are busy. */
export const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 20_000 })

export type TestDatabase = Awaited<ReturnType<typeof testDatabase>>

/** What a server under test is given beside its database. */
export type Setting = {
  /** Mail that goes out, so that addresses must be confirmed; otherwise it is written to a folder. */
  delivers?: boolean
  attemptsPerMinute?: number
  signUp?: Config['signUp']
  oidc?: OidcProvider[]
  publicUrl?: string
  /** Listens on a free port of the loopback. */
  listen?: boolean
  /** 10 ms unless said: hundreds of answers wait for it. */
  answerStepMs?: number
  database?: TestDatabase
}

/** The accounts of a server, on a database of their own unless several are to share one. */
export async function testServer(setting: Setting = {}) {
  const database = setting.database ?? (await testDatabase())
  const dataDir = await mkdtemp(join(tmpdir(), 'grover-accounts-'))
  const lines: string[] = []
  const log: Logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const config: Config = {
    ...readConfig({ GROVER_DATA_DIR: dataDir, GROVER_MAIL_FROM: 'Grover <no-reply@studio.test>' }),
    publicUrl: setting.publicUrl ?? 'http://studio.test',
    secret: 'a secret of more than thirty-two characters',
    signUp: setting.signUp ?? 'open',
    oidc: setting.oidc ?? [],
    limits: { requestsPerMinute: 100_000, attemptsPerMinute: setting.attemptsPerMinute ?? 1000 },
  }
  const clock = { offsetMs: 0, now: () => Date.now() + clock.offsetMs }
  const sent: Message[] = []
  const folderMail = createMailer({ config, log })
  const mail: Mailer = setting.delivers
    ? { delivers: true, send: async (message) => void sent.push(message) }
    : folderMail
  const { db, pool } = database
  const authenticate = createAuthenticate({ pool, clock, config, log })
  const sync = createSync({ db, clock, log, authenticate })
  const onHandleChanged = async () => {}
  const accounts = createAccounts({
    ...{ db, pool, config, mail, clock, log, authenticate, sync, onHandleChanged },
    answerStepMs: setting.answerStepMs ?? 10,
  })
  const app = createApp({ config, log })
  await app.register((instance) => accounts.plugin(instance as never))
  app.get('/probe', async (request) => await authenticate(request))
  app.post('/probe', async (request) => await authenticate(request))
  if (setting.listen) config.publicUrl = await app.listen({ host: '127.0.0.1', port: 0 })
  else await app.ready()

  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer
  type Json = Record<string, any>
  const call = async (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    options: { body?: unknown; token?: string | null; headers?: Record<string, string>; ip?: string } = {},
  ) => {
    const request: InjectOptions = {
      method,
      url,
      headers: { ...(options.token ? { authorization: `Bearer ${options.token}` } : {}), ...options.headers },
      remoteAddress: options.ip ?? '127.0.0.1',
    }
    if (method === 'POST') request.payload = (options.body ?? {}) as object
    const response = await app.inject(request)
    const json = response.headers['content-type']?.toString().startsWith('application/json')
    return {
      status: response.statusCode,
      body: (json ? response.json() : null) as Json,
      text: response.body,
      headers: response.headers,
      cookies: response.cookies,
    }
  }

  return {
    accounts,
    app,
    call,
    clock,
    config,
    database,
    db: db as never as import('./handles.ts').AccountsDb,
    lines,
    /** Mail delivered so far, newest last. */
    sent,
    /** Mail written to the folder so far, newest last. */
    async letters() {
      const files = (await readdir(config.mail.folder).catch(() => [])).sort()
      return await Promise.all(
        files.map(async (file) => {
          const { subject, to, text } = await simpleParser(await readFile(join(config.mail.folder, file)))
          return { subject, to: to && !Array.isArray(to) ? to.text : '', text: text ?? '' }
        }),
      )
    },
    async signUp(person: { email: string; handle?: string; password?: string; name?: string }) {
      return await call('POST', '/api/auth/sign-up/email', {
        body: { name: 'Ada Lovelace', password: 'correct horse battery', ...person },
      })
    },
    async signIn(email: string, options: { password?: string; deviceName?: string } = {}) {
      const { password = 'correct horse battery', deviceName } = options
      return await call('POST', '/api/auth/sign-in/email', {
        body: { email, password, ...(deviceName ? { deviceName } : {}) },
      })
    },
    /** A new account, signed in: its token. */
    async account(email: string, handle: string): Promise<string> {
      await this.signUp({ email, handle })
      return String((await this.signIn(email)).body.token)
    },
    /** Whose page stands under a handle, and under which handle now. */
    async ownerOf(handle: string): Promise<{ workspaceId: string; current: string } | null> {
      const found = await createQueries(pool).creator(handle)
      return found && { workspaceId: found.workspaceId, current: found.creator.handle }
    },
    async stop() {
      await app.close()
      await accounts.stop()
      if (!setting.database) await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type TestServer = Awaited<ReturnType<typeof testServer>>

/** The token in a mailed link. */
export const tokenIn = (text: string): string =>
  decodeURIComponent(/[?&]token=([^\s"&]+)/.exec(text)?.[1] ?? 'no token in this mail')
