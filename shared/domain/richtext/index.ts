export type { BodyNode } from './check.ts'
export {
  applyBody,
  type BodyProjection,
  bodyFromJson,
  emptyBody,
  encodeBody,
  mergeBodies,
  openBody,
  projectDoc,
  type ReadBody,
  readBody,
} from './document.ts'
export { bodyField, bodySchema, createBodyExtensions, Embed, Film, Gallery, Picture, Recording } from './extensions.ts'
export { hashPattern, isMedium } from './limits.ts'
export { safeHref, safePageHref } from './links.ts'
export { packBody, unpackBody } from './pack.ts'
export { imageWidths, type PlayableMedia, type RenderOptions, renderHtml, renderImage } from './render.ts'
export { restoreBody } from './restore.ts'
export { countWords, readingMinutes } from './words.ts'
