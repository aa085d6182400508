import { createContext, use } from 'react'
import type { PictureDesk } from './pictures.ts'

/** What the text and the views inside it need from outside: where pictures are, how to take one in, how to open a page. */
export type EditorDesk = {
  pictures: PictureDesk
  pictureUrl: (hash: string) => string
  openAddress: (href: string) => void
}

const DeskContext = createContext<EditorDesk | null>(null)
export const DeskProvider = DeskContext.Provider

export function useDesk(): EditorDesk {
  const desk = use(DeskContext)
  if (!desk) throw new Error('The editor has no desk.')
  return desk
}
