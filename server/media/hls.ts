import { type Media, playlistPlaceholder as placeholder, type Variant } from '../../shared/collections/media.ts'

const quoted = (text: string): string => `"${text.replace(/["\r\n]/g, ' ').trim()}"`

/**
 * The playlist that a player opens first: every rung of the ladder and the captions, in the order of the document.
 * `query` is added to each address. Null where there is no ladder. Source: RFC 8216, 4.3.4.
 */
export function masterPlaylist({ variants }: Pick<Media, 'variants'>, query: string): string | null {
  const rungs = variants.filter(({ role, playlist }) => role === 'hls' && playlist !== '')
  if (rungs.length === 0) return null
  const captions = variants.filter(({ role }) => role === 'captions')
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const { id, label, language } of captions)
    lines.push(
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME=${quoted(label || language || id)},` +
        `${language ? `LANGUAGE=${quoted(language)},` : ''}DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=${quoted(`${id}.m3u8${query}`)}`,
    )
  for (const rung of rungs)
    lines.push(`#EXT-X-STREAM-INF:${attributes(rung, captions.length > 0)}`, `${rung.id}.m3u8${query}`)
  return `${lines.join('\n')}\n`
}

function attributes({ bitrate, width, height, codecs }: Variant, hasCaptions: boolean): string {
  return [
    `BANDWIDTH=${bitrate}`,
    ...(width > 0 && height > 0 ? [`RESOLUTION=${width}x${height}`] : []),
    ...(codecs ? [`CODECS=${quoted(codecs)}`] : []),
    ...(hasCaptions ? ['SUBTITLES="captions"'] : []),
  ].join(',')
}

/** What a rung of ours says. Nothing else is handed on: it could send players to strangers. */
const ownLine =
  /^(#EXTM3U|#EXT-X-(VERSION|TARGETDURATION|MEDIA-SEQUENCE|PLAYLIST-TYPE|BYTERANGE):[\w@]+|#EXT-X-(INDEPENDENT-SEGMENTS|ENDLIST)|#EXTINF:[\d.]+,|#EXT-X-MAP:URI="media\.mp4"(,BYTERANGE="\d+@\d+")?|media\.mp4)$/

/** A rung's stored playlist, with the address of its file put in. */
export const rungPlaylist = (stored: string, address: string): string =>
  `${stored
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => ownLine.test(line))
    .map((line) => line.replaceAll(placeholder, address))
    .join('\n')}\n`

/** Captions as a playlist of one piece. */
export function captionsPlaylist(durationMs: number, address: string): string {
  const seconds = Math.max(durationMs / 1000, 0.001)
  return `${[
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(seconds)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${seconds.toFixed(3)},`,
    address,
    '#EXT-X-ENDLIST',
  ].join('\n')}\n`
}
