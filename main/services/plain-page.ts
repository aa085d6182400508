import { createHash } from 'node:crypto'

const style =
  'body{font:17px/1.5 system-ui,sans-serif;margin:18vh auto;max-width:26rem;padding:0 1.5rem;color:#1d1b19;background:#fbfaf8}h1{font-size:1.4rem}@media(prefers-color-scheme:dark){body{color:#ece9e4;background:#191817}}'
const styleHash = createHash('sha256').update(style).digest('base64')

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The plain page that ends a sign-in, or says why a link does not open the studio: no script, nothing loaded. */
export function plainPage(title: string, text: string, link?: { href: string; text: string }) {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${link ? `<p><a href="${escaped(link.href)}">${escaped(link.text)}</a></p>` : ''}</main></html>`
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body,
  }
}
