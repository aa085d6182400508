import { useSyncExternalStore } from 'react'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const stored = 'grover.theme'
const listeners = new Set<() => void>()

export const theme = (): Theme => themes.find((each) => each === localStorage.getItem(stored)) ?? 'system'

/** Puts the choice on the document; `system` leaves it to `color-scheme`, which follows the desk. */
export function applyTheme(): void {
  const chosen = theme()
  if (chosen === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
}

export function chooseTheme(next: Theme): void {
  localStorage.setItem(stored, next)
  applyTheme()
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, theme)

/** Whether the page is dark now, whoever chose it. */
export const isDark = (): boolean => {
  const chosen = theme()
  return chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
}
