import { type Media, playlistType, type Variant, type VariantRole } from '../collections/media.ts'
import type { PlayableMedia } from './richtext/render.ts'

/** The files of a variant: itself, and the text that cuts or places it. */
export const filesOf = ({ hash, playlist }: Variant): string[] => (playlist ? [hash, playlist] : [hash])

const ofRole = ({ variants }: Pick<Media, 'variants'>, ...roles: VariantRole[]): Variant[] =>
  variants.filter(({ role }) => roles.includes(role))

/** What plays as a whole in a browser, best first. */
const whole = (media: Pick<Media, 'kind' | 'variants'>): Variant[] => [
  ...ofRole(media, 'mp4'),
  ...(media.kind === 'audio' ? ofRole(media, 'podcast') : []),
]

/** What is fetched and played as a whole elsewhere, best first: of a recording the episode, which players of podcasts know. */
export const wholeOf = (media: Pick<Media, 'kind' | 'variants'>): Variant[] =>
  media.kind === 'audio' ? [...ofRole(media, 'podcast'), ...ofRole(media, 'mp4')] : whole(media)

/** What a medium gives to the server: a picture itself; of films and recordings what was made of them, never the original. */
export const filesToSend = (media: Pick<Media, 'id' | 'kind' | 'variants'>): string[] => [
  ...(media.kind === 'image' ? [media.id] : []),
  ...media.variants.flatMap(filesOf),
]

/**
 * Whether readers could see or play it: a picture is stored; a film has one whole file, or every rung of a ladder, and the
 * picture shown before it plays; a recording has a whole file.
 */
export function isReady(media: Pick<Media, 'id' | 'kind' | 'variants'>, isStored: (hash: string) => boolean): boolean {
  if (media.kind === 'image') return isStored(media.id)
  const stored = (variant: Variant) => filesOf(variant).every(isStored)
  const rungs = ofRole(media, 'hls')
  const plays = whole(media).some(stored) || (rungs.length > 0 && rungs.every(stored))
  return plays && (media.kind === 'audio' || ofRole(media, 'poster').some(stored))
}

/** What there is to play of a film or recording. `ladder`: the address of its main playlist, where somebody serves one. */
export function playableOf(
  media: Pick<Media, 'kind' | 'variants'>,
  addressOf: (hash: string) => string,
  ladder?: string,
): PlayableMedia {
  const sources = whole(media).map(({ hash, type, codecs }) => ({
    src: addressOf(hash),
    type: codecs ? `${type}; codecs="${codecs}"` : type,
  }))
  // First: who can play it gets what the line carries.
  if (ladder && ofRole(media, 'hls').length > 0) sources.unshift({ src: ladder, type: playlistType })
  const poster = ofRole(media, 'poster')[0]
  return {
    sources,
    poster: poster ? addressOf(poster.hash) : null,
    captions: ofRole(media, 'captions').map(({ hash, language, label }) => ({ src: addressOf(hash), language, label })),
  }
}
