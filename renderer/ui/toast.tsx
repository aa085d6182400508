import { CircleAlert, X } from 'lucide-react'
import { Text } from 'react-aria-components/Text'
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as AriaToastContent,
  UNSTABLE_ToastRegion as AriaToastRegion,
} from 'react-aria-components/Toast'
import { useTranslation } from 'react-i18next'
import { ToastQueue } from 'react-stately/useToastState'
import { Button, IconButton } from './button.tsx'
import './toast.css'

export type ToastSpec = {
  message: string
  /** What can be done about it, mostly Undo. */
  action?: { label: string; run(): void } | undefined
  tone?: 'red' | undefined
}

const queue = new ToastQueue<ToastSpec>({ maxVisibleToasts: 3 })

/**
 * Says what just happened, with the way back. Gone after 8 s (5 s without an action); hovering or focusing keeps it.
 * A red one stays until it is closed. Returns a function that takes it away early.
 */
export function toast(spec: ToastSpec): () => void {
  const key = queue.add(spec, spec.tone === 'red' ? {} : { timeout: spec.action ? 8000 : 5000 })
  return () => queue.close(key)
}

export function ToastRegion() {
  const { t } = useTranslation('ui')
  return (
    <AriaToastRegion queue={queue} className="toasts" aria-label={t('notices')}>
      {({ toast }) => (
        <AriaToast toast={toast} className="toast" data-tone={toast.content.tone}>
          {toast.content.tone === 'red' && <CircleAlert aria-hidden className="toast-icon" />}
          <AriaToastContent className="toast-content">
            <Text slot="title">{toast.content.message}</Text>
          </AriaToastContent>
          {toast.content.action && (
            <Button
              variant="quiet"
              size="compact"
              onPress={() => {
                queue.close(toast.key)
                toast.content.action?.run()
              }}
            >
              {toast.content.action.label}
            </Button>
          )}
          <IconButton
            size="compact"
            label={t('close')}
            icon={<X aria-hidden />}
            onPress={() => queue.close(toast.key)}
          />
        </AriaToast>
      )}
    </AriaToastRegion>
  )
}
