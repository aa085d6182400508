import { isApple } from '../ui/kbd.tsx'
import { type Command, isOffered, listCommands, start } from './commands.ts'

type Keys = Pick<KeyboardEvent, 'key' | 'code' | 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey'>

const named: Record<string, string> = { ' ': 'Space' }

/**
 * The pressed keys as they are written in a shortcut: `Mod+Shift+K`, `?`, `G`. Shift is written with letters and named
 * keys only: on a sign it is already part of the sign, and which sign depends on the layout. Undefined for a modifier
 * alone.
 */
export function strokeOf(event: Keys, onApple: boolean = isApple): string | undefined {
  const { key } = event
  if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process'].includes(key)) return undefined
  const mod = onApple ? event.metaKey : event.ctrlKey
  const other = onApple ? event.ctrlKey : event.metaKey
  // AltGr arrives as Ctrl+Alt and writes a sign: it is typing, not a shortcut.
  if (!onApple && event.ctrlKey && event.altKey && key.length === 1 && !/[a-z0-9]/i.test(key)) return undefined
  const isLetter = key.length === 1 && key.toLowerCase() !== key.toUpperCase()
  // Alt on a Mac turns a letter into another one; the physical key says which was meant.
  const physical = onApple && event.altKey ? /^(?:Key|Digit)(.)$/.exec(event.code)?.[1] : undefined
  const name = physical ?? named[key] ?? (isLetter ? key.toUpperCase() : key)
  const shift = event.shiftKey && (isLetter || key.length > 1 || physical !== undefined)
  return [mod && 'Mod', other && (onApple ? 'Ctrl' : 'Meta'), event.altKey && 'Alt', shift && 'Shift', name]
    .filter(Boolean)
    .join('+')
}

/** What the person may be typing into: there a plain letter is a letter. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.role === 'spinbutton') return true
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range', 'color'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

const sequenceMs = 1200

/** Listens for the shortcuts of all commands, until the returned function is called. */
export function listenForShortcuts(target: Window): () => void {
  let begun: { stroke: string; at: number } | null = null

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return
    // A dialog or a menu is a conversation of its own; what lies under it must not move.
    if (document.querySelector('.veil, .floating')) return
    const stroke = strokeOf(event)
    if (!stroke) return
    const typing = isTyping(event.target)
    const sequence = begun && event.timeStamp - begun.at < sequenceMs ? `${begun.stroke} ${stroke}` : null
    begun = null
    const find = (keys: string): Command | undefined =>
      listCommands().findLast((each) => each.shortcut === keys && isOffered(each))
    const command = (sequence && find(sequence)) || find(stroke)
    if (command && (!typing || /^(Mod|Alt|F\d)/.test(stroke))) {
      event.preventDefault()
      start(command)
    } else if (!typing && listCommands().some((each) => each.shortcut?.startsWith(`${stroke} `))) {
      begun = { stroke, at: event.timeStamp }
    }
  }
  target.addEventListener('keydown', onKeyDown)
  return () => target.removeEventListener('keydown', onKeyDown)
}
