/**
 * Makes the small fonts that every public page loads from the full ones in @fontsource-variable, so that a page with
 * its type stays under 60 kB. What these leave out comes from the full files, which a browser fetches only when a page
 * has such a character (see `server/site/assets.ts`). Run after an update of the font packages, from the repository's root:
 *
 *   npm install --no-save subset-font@2.9.0 && node shared/domain/page/fonts/subset.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import subsetFont from 'subset-font'
import { basicRange } from './range.mjs'

const characters = basicRange
  .flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)))
  .join('')

for (const [family, style] of [
  ['newsreader', 'normal'],
  ['newsreader', 'italic'],
  ['inter', 'normal'],
]) {
  const full = fileURLToPath(
    import.meta.resolve(`@fontsource-variable/${family}/files/${family}-latin-wght-${style}.woff2`),
  )
  const small = await subsetFont(readFileSync(full), characters, {
    targetFormat: 'woff2',
    variationAxes: { wght: { min: 400, max: 600 } },
    // Small capitals and figure styles are not used on these pages.
    noLayoutClosure: true,
  })
  writeFileSync(new URL(`${family}-basic-${style}.woff2`, import.meta.url), small)
}
