/** The accent of a page whose creator has chosen none, in OKLCH degrees: the leaf of `look.css`. */
export const defaultHue = 150

/** The hues the style sheet knows, 10° apart: an inline style would need a hole in the content security policy. */
export const hueStep = (hue: number): number => (Math.round((Number.isFinite(hue) ? hue : defaultHue) / 10) * 10) % 360
