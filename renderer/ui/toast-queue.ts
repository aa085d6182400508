import { ToastQueue } from 'react-stately/useToastState'

export type ToastSpec = {
  message: string
  /** What can be done about it, mostly Undo. */
  action?: { label: string; run(): void } | undefined
  tone?: 'red' | undefined
}

/** The page's notices, oldest first. */
export const toasts = new ToastQueue<ToastSpec>({ maxVisibleToasts: 3 })
