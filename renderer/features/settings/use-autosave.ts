import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '../../app/errors.ts'
import { toast } from '../../ui/toast.tsx'

const pauseMs = 500

/**
 * A text that saves itself: on every pause, when the field is left and when the page is. While it is being edited,
 * what another device writes does not move it; afterwards it follows.
 */
export function useAutosave(stored: string, save: (text: string) => Promise<void>) {
  const { t } = useTranslation('app')
  const [draft, setDraft] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const pending = useRef<string | null>(null)
  const sent = useRef<string | null>(null)
  const saving = useRef(0)
  /** From the first letter until the field is left. */
  const isEdited = useRef(false)
  const newest = useRef(save)
  newest.current = save

  /** Back to what is stored, once all of it is there and nobody is in the field. */
  const follow = () => {
    if (pending.current === null && saving.current === 0 && !isEdited.current) setDraft(null)
  }
  const flush = () => {
    clearTimeout(timer.current)
    const text = pending.current
    if (text === null) return
    pending.current = null
    sent.current = text
    saving.current++
    newest
      .current(text)
      .catch((error: unknown) => {
        // A newer text, already under way, has this one in it.
        if (sent.current !== text) return
        // What was typed stays in the field; the next pause tries again.
        pending.current ??= text
        toast({ message: sentenceOf(error, t), tone: 'red' })
      })
      .finally(() => {
        saving.current--
        follow()
      })
  }
  const leave = useRef(flush)
  leave.current = flush
  useEffect(() => {
    const goes = () => leave.current()
    // A closed tab or a phone put away unmounts nothing; `hidden` is often the last that is heard.
    const hides = () => document.visibilityState === 'hidden' && goes()
    addEventListener('pagehide', goes)
    document.addEventListener('visibilitychange', hides)
    return () => {
      removeEventListener('pagehide', goes)
      document.removeEventListener('visibilitychange', hides)
      goes()
    }
  }, [])

  return {
    value: draft ?? stored,
    onChange(text: string) {
      setDraft(text)
      isEdited.current = true
      pending.current = text
      clearTimeout(timer.current)
      timer.current = setTimeout(flush, pauseMs)
    },
    onBlur() {
      isEdited.current = false
      flush()
      follow()
    },
  }
}
