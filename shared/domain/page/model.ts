import { plainLine } from '../html.ts'
import type { BodyNode } from '../richtext/check.ts'
import type { PlayableMedia } from '../richtext/render.ts'

export type Theme = 'paper' | 'ink' | 'plain'

export type PagePicture = { hash: string; width: number; height: number }

/** Whose page it is, as readers see them. */
export type PageCreator = {
  handle: string
  name: string
  bio: string
  /** BCP 47; dates and the page's own words are in it. */
  language: string
  /** IANA zone the dates are told in. */
  zone: string
  theme: Theme
  accentHue: number
  avatar: PagePicture | null
  cover: PagePicture | null
}

/** A film or recording in one file, for programs that fetch and play it themselves. */
export type MediaEnclosure = {
  kind: 'video' | 'audio'
  /** Below the origin. */
  path: string
  type: string
  bytes: number
  durationMs: number
  /** In pixels; 0 for sound. */
  width: number
  height: number
  /** Path of the picture shown before it plays. */
  poster: string | null
}

export type PagePost = {
  slug: string
  title: string
  summary: string
  /** The start of the text, for lists and link previews; empty when there is a summary. */
  excerpt: string
  tags: readonly string[]
  cover: PagePicture | null
  words: number
  /** Instants, ISO 8601 with `Z`. */
  publishedAt: string
  /** When it was last brought up to date after publishing, else the same as `publishedAt`. */
  updatedAt: string
}

export type PageLink = { slug: string; title: string }

/** What the page needs from whoever serves it: addresses. */
export type PageSite = {
  /** `https://host`, no slash at the end; empty where addresses need not be absolute (a preview). */
  origin: string
  stylesheet: string
  /** Fonts worth asking for before the style sheet has been read. */
  preload: readonly string[]
  icon: string
  imageUrl: (hash: string, width?: number) => string | null
  /** What there is to play of the films and recordings of this page. */
  media?: (hash: string) => PlayableMedia | null
  /** Where the player's script is and hls.js for it; without it films play by themselves. */
  player?: { src: string; hls: string }
}

export type PostPageModel = {
  creator: PageCreator
  post: PagePost & { body: BodyNode }
  /** What previews of the post elsewhere can play. */
  enclosure?: MediaEnclosure | undefined
  newer: PageLink | null
  older: PageLink | null
  /** A preview is not for search engines and has no neighbours. */
  preview?: boolean
}

export type ListPageModel = {
  creator: PageCreator
  posts: readonly PagePost[]
  /** The tag the list is for, or `null` for all posts. */
  tag: string | null
  /** Cursors of the pages beside this one; `first` when this is the newest page. */
  newer: string | null
  older: string | null
  first: boolean
}

export const creatorPath = (handle: string): string => `/@${encodeURIComponent(handle)}`
export const postPath = (handle: string, slug: string): string => `${creatorPath(handle)}/${encodeURIComponent(slug)}`
export const tagPath = (handle: string, tag: string): string => `${creatorPath(handle)}/tag/${encodeURIComponent(tag)}`

/** The first words of a text, cut between two of them. */
export function excerptOf(text: string, length = 220): string {
  const line = plainLine(text)
  if (line.length <= length) return line
  const cut = line.slice(0, length + 1)
  const space = cut.lastIndexOf(' ')
  return `${(space > length / 2 ? cut.slice(0, space) : line.slice(0, length)).toWellFormed().replace(/[\s.,;:–—-]+$/u, '')}…`
}
