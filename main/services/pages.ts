import { readFile, realpath } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'
import { type Blobs, isHash } from './blobs.ts'
import { isMissing } from './files.ts'
import { plainPage } from './plain-page.ts'
import type { Thumbs } from './thumbs.ts'

export type PageAnswer = { status: number; headers: Record<string, string>; body: string | Uint8Array | StoredPart }
/** A stored file, from its byte `start` to its byte `end`, both included: given out piece by piece. */
export type StoredPart = { path: string; start: number; end: number }
/**
 * Answers GET of a path of the studio's origin: the built renderer and the files of this device. `range`: the request's
 * header of that name.
 */
export type Pages = (pathname: string, range?: string | null) => Promise<PageAnswer>

export const isStoredPart = (body: PageAnswer['body']): body is StoredPart => typeof body === 'object' && 'path' in body

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/**
 * What the studio's pages may do. Nothing inline and no eval; styles are set through the CSSOM, which the policy does not
 * touch. A preview in a sandboxed `srcdoc` frame inherits it, so the preview cannot run a script either.
 */
export function contentSecurityPolicy(serverUrl: string, bridge = ''): string {
  const sockets = serverUrl.replace(/^http/, 'ws')
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: data: ${serverUrl}`,
    `media-src 'self' blob: ${serverUrl}`,
    "font-src 'self'",
    `connect-src 'self' ${serverUrl} ${sockets}${bridge && ` ${bridge}`}`,
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), geolocation=(), usb=(), serial=()',
}

export function createPages(options: {
  /** Folder of the built renderer. */
  root: string
  blobs: Pick<Blobs, 'find'>
  thumbs: Thumbs
  serverUrl: () => string
  /** The host's own WebSocket origin, where the renderer is not on a scheme of its own. */
  bridge?: () => string
}): Pages {
  const root = resolve(options.root)
  const { blobs, thumbs, serverUrl, bridge = () => '' } = options
  const policy = () => contentSecurityPolicy(serverUrl(), bridge())
  const sentence = (status: number, title: string, text: string): PageAnswer => ({ status, ...plainPage(title, text) })
  const nothing = () => sentence(404, 'Nothing here', 'The studio has no such page.')

  async function file(path: string, caching: string): Promise<PageAnswer | undefined> {
    try {
      // Where it really is: a link could lead out of a folder that the path stays in.
      const real = await realpath(path)
      if (!real.startsWith((await realpath(root)) + sep)) return undefined
      const body = await readFile(real)
      const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream'
      const headers = { ...common, 'content-type': type, 'cache-control': caching, 'content-security-policy': policy() }
      return { status: 200, headers, body }
    } catch (error) {
      if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EISDIR') return undefined
      throw error
    }
  }

  async function stored(files: Pick<Blobs, 'find'> | Thumbs, hash: string, range: string | null): Promise<PageAnswer> {
    const found = isHash(hash) ? await files.find(hash) : undefined
    if (!found) return nothing()
    const { path, bytes, type } = found
    const isForNow = 'isForNow' in found && found.isForNow
    const part = partOf(range, bytes)
    const headers = {
      ...common,
      'content-type': type,
      'cache-control': isForNow ? 'no-store' : 'private, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; sandbox",
      'accept-ranges': 'bytes',
    }
    if (part === 'beyond')
      return {
        status: 416,
        headers: { ...headers, 'content-range': `bytes */${bytes}`, 'content-length': '0' },
        body: '',
      }
    const { start, end } = part ?? { start: 0, end: bytes - 1 }
    return {
      status: part ? 206 : 200,
      headers: {
        ...headers,
        'content-length': String(end - start + 1),
        ...(part && { 'content-range': `bytes ${start}-${end}/${bytes}` }),
      },
      body: { path, start, end },
    }
  }

  return async (pathname, range = null) => {
    const path = decoded(pathname)
    if (path === undefined) return sentence(400, 'Not an address', 'This address cannot be read.')
    if (path.startsWith('/blobs/')) return stored(blobs, path.slice('/blobs/'.length), range)
    if (path.startsWith('/thumbs/')) return stored(thumbs, path.slice('/thumbs/'.length), range)
    const inside = resolve(join(root, path))
    if (inside !== root && !inside.startsWith(root + sep)) return nothing()
    if (inside !== root) {
      // Vite names everything under assets/ by its content.
      const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
      const found = await file(inside, caching)
      if (found) return found
      // The app keeps its routes behind the `#`; an address with the bare path is led there. A missing file stays missing.
      if (extname(path) !== '' || path.startsWith('//')) return nothing()
      return { status: 303, headers: { ...common, location: `/#${encodeURI(path)}` }, body: '' }
    }
    return (
      (await file(join(root, 'index.html'), 'no-cache')) ??
      sentence(503, 'The studio is not built', 'Run «npm run build», or start it with «npm start», which builds it.')
    )
  }
}

/**
 * The part that a Range header asks for; `null`: the whole. Of several ranges, or in a unit or form that is not known, the
 * header may be ignored (RFC 9110, 14.2).
 */
function partOf(range: string | null, bytes: number): { start: number; end: number } | 'beyond' | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (from === '' && to === '') return null
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  if (from !== '' && to !== '' && Number(to) < start) return null
  return start >= bytes || end < start ? 'beyond' : { start, end }
}

/** The path with its escapes resolved once; undefined for what no honest page asks for. */
function decoded(pathname: string): string | undefined {
  try {
    const path = decodeURIComponent(pathname)
    const odd =
      path.includes('\0') || path.includes('\\') || path.split('/').some((part) => part === '..' || part === '.')
    return odd || !path.startsWith('/') ? undefined : path
  } catch {
    return undefined
  }
}
