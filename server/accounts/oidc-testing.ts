import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { OidcProvider } from '../config.ts'

export type Claims = { email?: string; email_verified?: boolean; name?: string }

/**
 * A real OpenID Connect provider on the loopback (the `oidc-provider` package) whose only person is whoever `person` names;
 * its sign-in screen answers by itself.
 */
export async function startOidc(port = 0) {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const person: { sub: string; claims: Claims } = { sub: 'subject-1', claims: {} }
  const authorizations: URLSearchParams[] = []
  const redirectUris: string[] = []
  let refuse = false

  const build = () =>
    new Provider(issuer, {
      clients: [
        {
          client_id: 'grover',
          client_secret: 'grover-secret',
          redirect_uris: redirectUris,
          grant_types: ['authorization_code'],
        },
      ],
      claims: { email: ['email', 'email_verified'], profile: ['name'] },
      // Claims in the ID token, as the big providers send them.
      conformIdTokenClaims: false,
      features: { devInteractions: { enabled: false } },
      pkce: { required: () => true },
      ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60, AuthorizationCode: 60 },
      cookies: { keys: ['cookie-key'] },
      findAccount: (_ctx: unknown, sub: string) => ({
        accountId: sub,
        claims: async () => ({ sub, ...person.claims }),
      }),
      interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      loadExistingGrant: async (ctx: never) => {
        const { oidc } = ctx as {
          oidc: {
            client: { clientId: string }
            session: { accountId: string }
            provider: { Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> } }
          }
        }
        const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
        grant.addOIDCScope('openid email profile')
        await grant.save()
        return grant
      },
    })
  let provider = build()
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    if (url.pathname === '/auth') authorizations.push(url.searchParams)
    if (!url.pathname.startsWith('/interaction/')) return void provider.callback()(request, response)
    const result = refuse ? { error: 'access_denied' } : { login: { accountId: person.sub } }
    void provider.interactionFinished(request, response, result)
  })

  return {
    issuer,
    person,
    authorizations,
    config: {
      id: 'test-id',
      name: 'Test Provider',
      issuer,
      clientId: 'grover',
      clientSecret: 'grover-secret',
    } as OidcProvider,
    /** Where the server under test may have people sent back to. */
    allow(redirectUri: string) {
      redirectUris.push(redirectUri)
      provider = build()
    },
    refuse(yes: boolean) {
      refuse = yes
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** A browser without a screen: follows redirects over several hosts and keeps each host's cookies. */
export function createBrowser() {
  const jars = new Map<string, Map<string, string>>()
  const jar = (url: URL) => {
    const found = jars.get(url.host) ?? new Map<string, string>()
    jars.set(url.host, found)
    return found
  }
  const go = async (
    address: string,
    form?: Record<string, string>,
    origin?: string,
  ): Promise<{ url: URL; status: number; text: string; headers: Headers }> => {
    const url = new URL(address)
    const cookies = [...jar(url)].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { ...(cookies ? { cookie: cookies } : {}), ...(form ? { origin: origin ?? url.origin } : {}) },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    for (const header of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = header.split(';')
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2)
      const gone = attributes.some((part) => /max-age=0|expires=Thu, 01 Jan 1970/i.test(part))
      if (gone) jar(url).delete(name)
      else jar(url).set(name, value)
    }
    const location = response.headers.get('location')
    const text = await response.text()
    // The studio's own address is where the journey ends; nobody listens there in these tests.
    if (location && !new URL(location, url).pathname.startsWith('/callback'))
      return await go(new URL(location, url).href)
    return { url: location ? new URL(location, url) : url, status: response.status, text, headers: response.headers }
  }
  return { go, cookies: (host: string) => Object.fromEntries(jars.get(host) ?? []) }
}
