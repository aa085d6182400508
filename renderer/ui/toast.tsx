import { lazy, Suspense, useEffect, useState } from 'react'
import { type ToastSpec, toasts } from './toast-queue.ts'

export type { ToastSpec }

/**
 * Says what just happened, with the way back. Gone after 8 s (5 s without an action); hovering or focusing keeps it.
 * A red one stays until it is closed. Returns a function that takes it away early.
 */
export function toast(spec: ToastSpec): () => void {
  const key = toasts.add(spec, spec.tone === 'red' ? {} : { timeout: spec.action ? 8000 : 5000 })
  return () => toasts.close(key)
}

const ToastList = lazy(() => import('./toast-list.tsx'))

/** Where the notices appear. Fetched with the first of them: most starts of the studio have none. */
export function ToastRegion() {
  const [isWanted, setWanted] = useState(() => toasts.visibleToasts.length > 0)
  useEffect(() => toasts.subscribe(() => setWanted(true)), [])
  return <Suspense>{isWanted && <ToastList />}</Suspense>
}
