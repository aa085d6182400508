import { createHash } from 'node:crypto'
import { type Html, html, trusted } from '../../shared/domain/html.ts'

const style = `:root{color-scheme:light dark;--ground:#f6f5f2;--card:#fff;--ink:#23211d;--quiet:#625e56;--line:#8a867d;--leaf:#246b41;--on-leaf:#fff;--bad:#a3261b}
@media(prefers-color-scheme:dark){:root{--ground:#1b1a18;--card:#242320;--ink:#ece9e3;--quiet:#aaa69c;--line:#7d7a72;--leaf:#7fcf9c;--on-leaf:#12231a;--bad:#ff9a8f}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px 16px;background:var(--ground);color:var(--ink);font:16px/1.5 Inter,system-ui,sans-serif}
main{width:100%;max-width:400px;background:var(--card);border-radius:10px;padding:32px;box-shadow:0 0 0 1px color-mix(in oklab,var(--ink) 12%,transparent)}
h1{font-size:20px;line-height:1.3;margin:0 0 8px}p{margin:0 0 16px;color:var(--quiet)}label{display:block;font-weight:600;font-size:14px;margin:16px 0 6px}
input:not([type=hidden]){width:100%;min-height:44px;padding:8px 12px;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:6px}
button{width:100%;min-height:44px;margin-top:24px;font:inherit;font-weight:600;color:var(--on-leaf);background:var(--leaf);border:0;border-radius:6px;cursor:pointer}
:focus-visible{outline:2px solid var(--leaf);outline-offset:2px}a{color:var(--leaf)}.problem{color:var(--bad);font-weight:600}.also{margin:24px 0 0;font-size:14px}`

const styleHash = createHash('sha256').update(style).digest('base64')

/** A page of the server's own: no script, no other origin, nothing kept by caches. */
export function page(title: string, body: Html): string {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title} · Grover</title><style>${trusted(style)}</style></head><body><main>${body}</main></body></html>`
    .markup
}

/** `formTargets`: origins a form may lead to by redirect, beside our own. */
export const pageHeaders = (formTargets: string | null = ''): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // Not no-referrer: a browser would then send our own forms with the origin null.
  'referrer-policy': 'same-origin',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(formTargets === null ? [] : [`form-action 'self' ${formTargets}`.trim()]),
  ].join('; '),
})
