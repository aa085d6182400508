import sharp from 'sharp'

/** A quiet, made-up landscape: bands of one hue over a horizon. 1600 × 1000 WebP. */
export async function drawPicture(hue: number): Promise<Buffer> {
  const colour = (lightness: number, chroma: number, shift = 0) =>
    `hsl(${(hue + shift) % 360} ${chroma}% ${lightness}%)`
  const band = (y: number, swell: number, fill: string) =>
    `<path fill="${fill}" d="M0 ${y} C 350 ${y - swell}, 700 ${y + swell}, 1040 ${y - swell / 2} S 1450 ${y + swell}, 1600 ${y - swell / 3} V 1000 H 0 Z"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1000">
    <defs>
      <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${colour(88, 32, 20)}"/><stop offset="1" stop-color="${colour(74, 38, -12)}"/></linearGradient>
      <radialGradient id="sun" cx="0.5" cy="0.5" r="0.5"><stop offset="0" stop-color="${colour(96, 70, 30)}"/><stop offset="1" stop-color="${colour(90, 60, 30)}" stop-opacity="0"/></radialGradient>
    </defs>
    <rect width="1600" height="1000" fill="url(#sky)"/>
    <circle cx="1130" cy="360" r="230" fill="url(#sun)"/>
    ${band(520, 40, colour(62, 30, 8))}${band(610, 60, colour(49, 32))}${band(730, 50, colour(36, 34, -10))}${band(850, 40, colour(22, 36, -16))}
  </svg>`
  return await sharp(Buffer.from(svg)).webp({ quality: 82 }).toBuffer()
}
