import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useDraftValue } from './draft-value.ts'

export type TitleHandle = { focusEnd: () => void }

/** The title, in the creator's own type. Enter and the arrow down go on in the text. */
export function TitleField({
  title,
  ref,
  onCommit,
  onLeaveBelow,
  onStepBack,
  language,
}: {
  title: string
  ref: Ref<TitleHandle>
  onCommit: (title: string) => void
  onLeaveBelow: () => void
  onStepBack: () => void
  language: string
}) {
  const { t } = useTranslation('posts')
  const element = useRef<HTMLTextAreaElement>(null)
  const field = useDraftValue(title, onCommit)
  useImperativeHandle(ref, () => ({
    focusEnd: () => {
      const area = element.current
      area?.focus()
      area?.setSelectionRange(area.value.length, area.value.length)
    },
  }))
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return
    const area = event.currentTarget
    const atEnd = area.selectionStart === area.value.length && area.selectionEnd === area.value.length
    if (event.key === 'Enter' || (event.key === 'ArrowDown' && atEnd)) {
      event.preventDefault()
      field.flush()
      onLeaveBelow()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      onStepBack()
    }
  }
  return (
    <textarea
      ref={element}
      className="posts-title"
      rows={1}
      lang={language}
      dir="auto"
      maxLength={300}
      value={field.value}
      aria-label={t('title.label')}
      placeholder={t('title.placeholder')}
      // A title is one line of thought: pasted line breaks become blanks.
      onChange={(event) => field.change(event.target.value.replace(/\s*\n\s*/g, ' '))}
      onBlur={field.leave}
      onKeyDown={onKeyDown}
    />
  )
}
