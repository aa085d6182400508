import './kbd.css'

/** Apple keyboards name and draw their keys differently; everything else writes words. */
export const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')

const everywhere: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '↵',
  Backspace: '⌫',
}
const apple: Record<string, string> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' }
const others: Record<string, string> = { Mod: 'Ctrl' }

/** `Mod+Shift+K` as the keys of this device's keyboard, stroke by stroke (a blank separates those of a sequence). */
export function keyCaps(shortcut: string, onApple: boolean = isApple): string[][] {
  const names = { ...everywhere, ...(onApple ? apple : others) }
  return shortcut.split(' ').map((stroke) => stroke.split(/\+(?=.)/).map((key) => names[key] ?? key))
}

/** The shortcut in one line of text, for places that take no elements. */
export const shortcutText = (shortcut: string): string =>
  keyCaps(shortcut)
    .map((caps) => caps.join(isApple ? '' : '+'))
    .join(' ')

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className="kbd">
      {keyCaps(keys).flatMap((caps, stroke) =>
        caps.map((cap, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the caps of one shortcut never change place
          <span className="kbd-cap" key={`${stroke}-${i}`}>
            {cap}
          </span>
        )),
      )}
    </kbd>
  )
}
