import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { bearer, genericOAuth, twoFactor } from 'better-auth/plugins'
import { newId } from '../../shared/domain/id.ts'
import type { OidcProvider } from '../config.ts'
import { type Auth, type AuthParts, addressHeader, maxPasswordLength, minPasswordLength, sessionDays } from './auth.ts'
import { ownOrigin } from './origin.ts'
import { createStorage, type Storage } from './storage.ts'

/** better-auth over our tables. Loaded and made by load-auth.ts, when it is first needed. */
export function makeBetterAuth(parts: AuthParts, provider: OidcProvider | undefined): Auth {
  const storage = createStorage({ db: parts.db, clock: parts.clock, handlesOpenAtOnce: !parts.confirmFirst })
  return betterAuth(optionsFor({ ...parts, storage }, provider)) as unknown as Auth
}

type Parts = AuthParts & { storage: Storage }

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
