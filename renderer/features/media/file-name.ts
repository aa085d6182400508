const endings: Record<string, string> = {
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'image/jpeg': 'jpg',
  'text/vtt': 'vtt',
}

export const withoutEnding = (name: string): string => name.replace(/(?<=.)\.[^.\s]{1,8}$/, '')

const endingOf = (type: string): string => endings[type] ?? type.replace(/^.*\/(x-)?/, '')

/** The kind of a file in a word that people know: `audio/mp4` → `M4A`. */
export const kindOf = (type: string): string => endingOf(type).toUpperCase()

/** What a file is called outside the studio: `tide` as `audio/mp4` → `tide.m4a`. */
export const fileName = (name: string, type: string): string => `${withoutEnding(name)}.${endingOf(type)}`
