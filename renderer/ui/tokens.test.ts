import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Rgb = [number, number, number]
const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** OKLCH to linear sRGB, out-of-gamut parts clipped. Source: https://bottosson.github.io/posts/oklab/ */
function linear(l: number, c: number, h: number): Rgb {
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const [x, y, z] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ]
  const clip = (value: number) => Math.max(0, Math.min(1, value))
  return [
    clip(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z),
    clip(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z),
    clip(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z),
  ]
}

function token(name: string, theme: 'light' | 'dark'): Rgb {
  const pair = new RegExp(`--${name}:\\s*light-dark\\(\\s*oklch\\(([^)]+)\\),\\s*oklch\\(([^)]+)\\)`).exec(css)
  if (!pair) throw new Error(`--${name} is not a pair of colours`)
  const [l, c, h] = (theme === 'light' ? pair[1]! : pair[2]!).split(' ').map(Number)
  return linear(l!, c!, h!)
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b

/** WCAG 2.2 contrast. */
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const grounds = ['page', 'list', 'surface', 'raised', 'sunken']
const pairs: [text: string, on: string[]][] = [
  ['text', [...grounds, 'leaf-soft', 'amber-soft', 'red-soft', 'sky-soft', 'grey-soft']],
  ['text-soft', [...grounds, 'leaf-soft', 'amber-soft', 'red-soft', 'sky-soft', 'grey-soft']],
  ['text-faint', [...grounds, 'leaf-soft']],
  ['leaf-text', [...grounds, 'leaf-soft']],
  ['amber-text', [...grounds, 'amber-soft', 'leaf-soft']],
  ['red-text', [...grounds, 'red-soft', 'leaf-soft']],
  ['sky-text', [...grounds, 'sky-soft', 'leaf-soft']],
  ['on-leaf', ['leaf-solid', 'leaf-solid-hover']],
  ['on-red', ['red-solid']],
]

test.each(['light', 'dark'] as const)('%s: text stands out from every ground it is put on (4.5:1)', (theme) => {
  for (const [text, grounds] of pairs)
    for (const ground of grounds)
      expect(contrast(token(text, theme), token(ground, theme)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
})

test.each(['light', 'dark'] as const)('%s: controls, focus and selection are seen (3:1)', (theme) => {
  for (const part of ['line-control', 'focus', 'leaf'])
    for (const ground of ['list', 'surface', 'raised'])
      expect(contrast(token(part, theme), token(ground, theme)), `${part} on ${ground}`).toBeGreaterThanOrEqual(3)
})
