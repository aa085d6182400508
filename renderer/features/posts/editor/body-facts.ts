import type { Editor } from '@tiptap/core'
import { useEffect, useRef, useState } from 'react'
import { map, switchMap } from 'rxjs'
import type { Doc, Transaction } from 'yjs'
import { filesToSend, isReady } from '../../../../shared/domain/playable.ts'
import type { BodyNode } from '../../../../shared/domain/richtext/index.ts'
import { isMedium } from '../../../../shared/domain/richtext/limits.ts'
import { useStudio } from '../../../data/index.ts'

/**
 * True while something written is in memory only. A version carries the moment at which it took up the text, so an edit
 * after it is not in it. Renders twice a pause, not once a key.
 */
export function useUnwritten(doc: Doc, version: string): boolean {
  const [unwritten, setUnwritten] = useState(false)
  const editedAt = useRef(0)
  useEffect(() => {
    const onUpdate = (_update: Uint8Array, _origin: unknown, _doc: Doc, transaction: Transaction): void => {
      if (!transaction.local) return
      editedAt.current = Date.now()
      setUnwritten(true)
    }
    doc.on('update', onUpdate)
    return () => doc.off('update', onUpdate)
  }, [doc])
  useEffect(() => {
    if (editedAt.current <= Date.parse(version)) setUnwritten(false)
  }, [version])
  return unwritten
}

export type BodyFacts = { pictures: string[]; withoutAlt: number }
const noFacts: BodyFacts = { pictures: [], withoutAlt: 0 }

type Picture = Record<string, unknown>
const factsFrom = (pictures: Picture[]): BodyFacts => ({
  pictures: [...new Set(pictures.map(({ hash }) => String(hash)))],
  withoutAlt: pictures.filter(({ alt }) => String(alt ?? '').trim() === '').length,
})

function factsOf(editor: Editor): BodyFacts {
  const pictures: Picture[] = []
  editor.state.doc.descendants((node) => {
    if (isMedium(node.type.name)) pictures.push(node.attrs)
    return !isMedium(node.type.name)
  })
  return factsFrom(pictures)
}

/** The same of a text as it is stored, checked by its reader. */
export const factsIn = (body: BodyNode): BodyFacts => factsFrom(picturesIn(body))

const picturesIn = ({ type, attrs = {}, content = [] }: BodyNode): Picture[] =>
  isMedium(type) ? [attrs] : content.flatMap(picturesIn)

/** What the checks want to know of the text, looked at in the pauses. */
export function useBodyFacts(editor: Editor | null): BodyFacts {
  const [facts, setFacts] = useState(noFacts)
  useEffect(() => {
    if (!editor) return
    let timer: ReturnType<typeof setTimeout> | null = null
    const look = (): void => {
      timer = null
      const next = factsOf(editor)
      setFacts((known) => (JSON.stringify(known) === JSON.stringify(next) ? known : next))
    }
    const onUpdate = (): void => {
      if (timer) clearTimeout(timer)
      timer = setTimeout(look, 400)
    }
    look()
    editor.on('update', onUpdate)
    return () => {
      if (timer) clearTimeout(timer)
      editor.off('update', onUpdate)
    }
  }, [editor])
  return facts
}

/** How many of these media, or files, readers could not have from the server yet. */
export function useNotUploaded(hashes: readonly string[]): number {
  const { db } = useStudio()
  const [missing, setMissing] = useState(hashes.length)
  const key = [...hashes].sort().join(' ')
  useEffect(() => {
    const ids = key === '' ? [] : key.split(' ')
    if (ids.length === 0) return setMissing(0)
    const media = db.media.findByIds(ids).$
    const subscription = media
      .pipe(
        switchMap((found) => {
          const files = ids.flatMap((id) => (found.has(id) ? filesToSend(found.get(id)!) : [id]))
          return db.outcomes.findByIds(files).$.pipe(
            map((outcomes) => {
              const isStored = (hash: string): boolean => outcomes.get(hash)?.state === 'stored'
              return ids.filter((id) => !(found.has(id) ? isReady(found.get(id)!, isStored) : isStored(id))).length
            }),
          )
        }),
      )
      .subscribe(setMissing)
    return () => subscription.unsubscribe()
  }, [db, key])
  return missing
}
