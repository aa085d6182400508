import type { Input } from './command.ts'

/**
 * What ffmpeg and ffprobe may open. A playlist, a concat list or an SVG can name other files or addresses to read; so only
 * containers that hold all they need are let in, and nothing but local files is spoken to, whatever a file says.
 */
const containers =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,flac,wav,w64,aiff,mp3,aac,avi,mpegts,mpeg,mpegvideo,flv,asf,gif,apng,rawvideo'

export const guarded = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', containers]

/** One input. `before`: options of its own, such as `-ss`. The path is ours: it holds nothing but a hash or random digits. */
export const input = (path: string, ...before: string[]): Input => ({
  source: `file:${path}`,
  options: [...before, ...guarded],
})

/** A file of ours beside the job; nothing else may be in its format. */
export const ownInput = (format: string, name: string): Input => ({
  source: `file:${name}`,
  options: ['-f', format, '-format_whitelist', format],
})

/** Nobody to ask, nothing to say but errors, progress on standard output. */
export const quietly = ['-hide_banner', '-nostdin', '-v', 'error', '-progress', 'pipe:1']

/** Nothing of where, when and with what it was made; and not who encoded it. */
export const stripped = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact']
