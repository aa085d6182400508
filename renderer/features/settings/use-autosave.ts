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
  const newest = useRef(save)
  newest.current = save

  const flush = () => {
    clearTimeout(timer.current)
    const text = pending.current
    if (text === null) return
    pending.current = null
    newest.current(text).catch((error: unknown) => {
      // What was typed stays in the field; the next pause tries again.
      pending.current ??= text
      toast({ message: sentenceOf(error, t), tone: 'red' })
    })
  }
  const leave = useRef(flush)
  leave.current = flush
  useEffect(() => () => leave.current(), [])

  return {
    value: draft ?? stored,
    onChange(text: string) {
      setDraft(text)
      pending.current = text
      clearTimeout(timer.current)
      timer.current = setTimeout(flush, pauseMs)
    },
    onBlur() {
      flush()
      if (pending.current === null) setDraft(null)
    },
  }
}
