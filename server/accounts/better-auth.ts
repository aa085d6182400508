import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { bearer, genericOAuth, twoFactor } from 'better-auth/plugins'
import { newId } from '../../shared/domain/id.ts'
import type { Config, OidcProvider } from '../config.ts'
import type { Clock, Log } from '../http/app.ts'
import type { AccountMails } from './mails.ts'
import { ownOrigin } from './origin.ts'
import type { Storage } from './storage.ts'

/** Days a session lives without being used; our own lookup prolongs it (authenticate.ts). */
export const sessionDays = 60
export const minPasswordLength = 10
export const maxPasswordLength = 128
/** The header in which our routes tell better-auth the caller's address; a caller's own is dropped. */
export const addressHeader = 'x-grover-address'

type Parts = {
  config: Config
  clock: Clock
  log: Log
  storage: Storage
  mails: AccountMails
  /** Whether an address must be confirmed before the first sign-in. */
  confirmFirst: boolean
  onConfirmed(userId: string): Promise<void>
  onNewPassword(email: string): Promise<void>
  background(work: Promise<unknown>): void
}

/**
 * better-auth over our tables. Made at the first request rather than at start, when the server's own address is not known
 * yet, and once per provider: one that does not answer holds up nobody but the people who come through it.
 */
export function createBetterAuth(parts: Parts): (provider?: OidcProvider) => Auth {
  const made = new Map<string, Auth>()
  return (provider) => {
    const key = `${ownOrigin(parts.config)} ${provider?.id ?? ''}`
    let auth = made.get(key)
    if (!auth) {
      auth = betterAuth(optionsFor(parts, provider)) as unknown as Auth
      made.set(key, auth)
    }
    return auth
  }
}

const plugins = (parts: Parts, provider: OidcProvider | undefined) => [
  bearer(),
  twoFactor({
    issuer: 'Grover',
    totpOptions: { digits: 6, period: 30 },
    backupCodeOptions: { amount: 10, length: 10, storeBackupCodes: 'encrypted' },
    twoFactorCookieMaxAge: 600,
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'second_factors',
        fields: {
          userId: 'user_id',
          backupCodes: 'backup_codes',
          failedVerificationCount: 'failed_verification_count',
          lockedUntil: 'locked_until',
        },
      },
    },
  }),
  ...(provider
    ? [
        genericOAuth({
          config: [
            {
              providerId: provider.id,
              name: provider.name,
              discoveryUrl: `${provider.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
              requireIdTokenVerification: true,
              clientId: provider.clientId,
              ...(provider.clientSecret ? { clientSecret: provider.clientSecret } : {}),
              scopes: ['openid', 'profile', 'email'],
              pkce: true,
              requireEmailVerification: parts.confirmFirst,
              disableSignUp: parts.config.signUp === 'closed',
            },
          ],
        }),
      ]
    : []),
]

function optionsFor(parts: Parts, provider: OidcProvider | undefined) {
  const { config, clock, log, storage, mails, confirmFirst } = parts
  /** However an address came to be confirmed: by our link, or by a provider's word. */
  const confirmedSomehow = async (user: { id: string; emailVerified: boolean } | null) => {
    if (user?.emailVerified) await parts.onConfirmed(user.id)
  }
  return {
    appName: 'Grover',
    baseURL: ownOrigin(config),
    basePath: '/api/auth',
    secret: config.secret,
    database: storage,
    telemetry: { enabled: false },
    // Our own limits stand before every route (attempts.ts) and count per account too.
    rateLimit: { enabled: false },
    trustedOrigins: [],
    advanced: {
      cookiePrefix: 'grover',
      useSecureCookies: config.publicUrl.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => newId(clock.now()) },
      // Mail is sent beside the answer, so that the answer's timing does not tell whether any was.
      backgroundTasks: { handler: parts.background },
    },
    // Thrown to our own edge, which answers by our names and logs the unexpected once.
    onAPIError: { throw: true, errorURL: `${ownOrigin(config)}/account/problem` },
    logger: {
      level: 'error',
      log: (level, message, ...details) => {
        // Details can hold rows and addresses; an error's name says enough here, and the edge logs what escapes.
        const error = details.find((detail): detail is Error => detail instanceof Error)
        log[level === 'error' ? 'error' : 'debug']({ cause: error?.message }, `accounts: ${message}`)
      },
    },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      modelName: 'sessions',
      expiresIn: sessionDays * 86_400,
      disableSessionRefresh: true,
      freshAge: 0,
      fields: {
        userId: 'user_id',
        token: 'token_hash',
        expiresAt: 'expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
      additionalFields: {
        workspaceId: { type: 'string', required: false, input: false, fieldName: 'workspace_id' },
        deviceName: { type: 'string', required: false, input: false, fieldName: 'device_name' },
        lastSeenAt: { type: 'date', required: false, input: false, fieldName: 'last_seen_at' },
      },
    },
    account: {
      modelName: 'sign_in_methods',
      storeStateStrategy: 'cookie',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      // A provider's word for an address joins an existing account only where both sides have confirmed that address:
      // otherwise whoever signed up first with somebody's address would be let in later.
      accountLinking: { enabled: true, trustedProviders: [], requireLocalEmailVerified: true },
    },
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
      storeIdentifier: 'hashed',
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: config.signUp === 'closed',
      // No session at sign-up: then a taken address can be answered exactly like a fresh one.
      autoSignIn: false,
      requireEmailVerification: confirmFirst,
      minPasswordLength,
      maxPasswordLength,
      resetPasswordTokenExpiresIn: 3600,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token }) => mails.resetPassword(user, token),
      onExistingUserSignUp: ({ user }) => mails.alreadySignedUp(user),
      // The link came by mail: whoever used it reads that mailbox.
      onPasswordReset: async ({ user }) => {
        await parts.onConfirmed(user.id)
        await parts.onNewPassword(user.email)
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      expiresIn: 86_400,
      sendVerificationEmail: ({ user, token }) => mails.confirmAddress(user, token),
    },
    databaseHooks: { user: { create: { after: confirmedSomehow }, update: { after: confirmedSomehow } } },
    plugins: plugins(parts, provider),
  } satisfies BetterAuthOptions
}

/** The part of better-auth that our routes use; its inferred type is larger than it is useful. */
export type Auth = {
  handler(request: Request): Promise<Response>
  $context: Promise<{
    internalAdapter: {
      createSession(
        userId: string,
        dontRememberMe?: boolean,
        override?: Record<string, unknown>,
      ): Promise<{ id: string; token: string; userId: string }>
    }
  }>
}
