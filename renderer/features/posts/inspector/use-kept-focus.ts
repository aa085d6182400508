import { type FocusEvent, useEffect, useRef } from 'react'

/**
 * Keeps the keyboard in a group of buttons that change with what they do: where the pressed one has gone, the first of
 * those that took its place has the focus. `key` says that they may have changed.
 */
export function useKeptFocus(key: string) {
  const ref = useRef<HTMLDivElement>(null)
  const inside = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at whenever the buttons may have changed
  useEffect(() => {
    if (inside.current && document.activeElement === document.body) ref.current?.querySelector('button')?.focus()
  }, [key])
  return {
    ref,
    onFocus: () => {
      inside.current = true
    },
    // An element that is taken away loses the focus to nothing; one that is left, to another element.
    onBlur: (event: FocusEvent) => {
      if (event.relatedTarget) inside.current = event.currentTarget.contains(event.relatedTarget)
    },
  }
}
