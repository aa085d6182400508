import { useEffect, useState } from 'react'
import { useCommand } from '../../app/commands.ts'

/** Writing with nothing beside it: list, inspector and rail go away until it is asked for again, or Esc. */
export function useFocusMode(): { isOn: boolean; leave: () => void } {
  const [isOn, setOn] = useState(false)
  useCommand({
    id: 'posts.focus',
    titleKey: 'posts:command.focus',
    group: 'editor',
    shortcut: 'Mod+Shift+F',
    run: () => setOn(!isOn),
  })
  useEffect(() => {
    document.documentElement.toggleAttribute('data-writing', isOn)
    return () => document.documentElement.removeAttribute('data-writing')
  }, [isOn])
  return { isOn, leave: () => setOn(false) }
}
