import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { packageRoot } from '../package-root.ts'
import { playerScript } from './player.ts'

/** A file that never changes under its name, which holds a hash of it. */
export type Asset = {
  path: string
  type: string
  bytes: Buffer
  packed: { readonly br: Buffer; readonly gzip: Buffer } | null
}

export type Assets = {
  /** By path. */
  files: ReadonlyMap<string, Asset>
  stylesheet: string
  icon: string
  /** For pages with films or recordings: the player, and hls.js for it. */
  player: string
  hls: string
  /** The fonts most pages use: serif and sans for each theme's first paint. */
  fonts: { serif: string; sans: string }
}

const script = 'text/javascript; charset=utf-8'
const root = packageRoot()
const page = join(root, 'shared/domain/page')

// The full families, for what the small fonts leave out. Declared first: of two faces with a character, the later wins.
// They claim the same weights as the small ones, or bold text would be taken from them as the closer match.
const families = [
  ['Newsreader', 'newsreader', 'normal'],
  ['Newsreader', 'newsreader', 'italic'],
  ['Inter', 'inter', 'normal'],
  ['Inter', 'inter', 'italic'],
] as const
const ranges = {
  'latin-ext':
    'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+0304, U+0308, U+0329, U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF',
  latin:
    'U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD',
}

/** Takes out comments and what white space adds; no string in our style sheets has either. */
const minify = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replaceAll(';}', '}')
    .trim()

/** Packed as well as can be, which takes a while: at the first request, not at the start. */
function packedOnUse(bytes: Buffer): { readonly br: Buffer; readonly gzip: Buffer } {
  let br: Buffer | undefined
  let gzip: Buffer | undefined
  return {
    get br() {
      br ??= brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
      return br
    },
    get gzip() {
      gzip ??= gzipSync(bytes, { level: 9 })
      return gzip
    },
  }
}

/** Reads style sheet, fonts and icon once, names them by content. Errors: a missing file. */
export function readAssets(): Assets {
  const files = new Map<string, Asset>()
  const add = (name: string, type: string, bytes: Buffer): string => {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
    const path = `/assets/${name.replace(/\.(\w+)$/, `.${hash}.$1`)}`
    files.set(path, { path, type, bytes, packed: type.startsWith('font/') ? null : packedOnUse(bytes) })
    return path
  }
  const font = (path: string, name: string) => add(name, 'font/woff2', readFileSync(path))
  const small = (name: string) => font(join(page, 'fonts', name), name)

  const fullFaces = families.flatMap(([family, folder, style]) =>
    Object.entries(ranges).map(([subset, range]) => {
      const name = `${folder}-${subset}-wght-${style}.woff2`
      const path = font(fileURLToPath(import.meta.resolve(`@fontsource-variable/${folder}/files/${name}`)), name)
      return `@font-face{font-family:${family};font-style:${style};font-weight:400 600;font-display:swap;src:url("${path}") format("woff2");unicode-range:${range}}`
    }),
  )
  const rules = ['look.css', 'ground.css', 'list.css', 'post.css']
    .map((name) => readFileSync(join(page, name), 'utf8'))
    .join('\n')
    .replace(/url\("\.\/fonts\/([\w.-]+)"\)/g, (_, name: string) => `url("${small(name)}")`)
  return {
    stylesheet: add('page.css', 'text/css; charset=utf-8', Buffer.from(minify(`${fullFaces.join('\n')}\n${rules}`))),
    icon: add('icon.svg', 'image/svg+xml', readFileSync(join(root, 'server/site/icon.svg'))),
    player: add('player.js', script, Buffer.from(playerScript)),
    hls: add('hls.js', script, readFileSync(fileURLToPath(import.meta.resolve('hls.js/dist/hls.light.min.mjs')))),
    fonts: { serif: small('newsreader-basic-normal.woff2'), sans: small('inter-basic-normal.woff2') },
    files,
  }
}
