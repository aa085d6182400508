import { CircleAlert, X } from 'lucide-react'
import { Text } from 'react-aria-components/Text'
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as AriaToastContent,
  UNSTABLE_ToastRegion as AriaToastRegion,
} from 'react-aria-components/Toast'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from './button.tsx'
import { toasts } from './toast-queue.ts'
import './toast.css'

/** The notices themselves; F6 takes the keyboard to them. */
export default function ToastList() {
  const { t } = useTranslation('ui')
  return (
    <AriaToastRegion queue={toasts} className="toasts" aria-label={t('notices')}>
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
                toasts.close(toast.key)
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
            onPress={() => toasts.close(toast.key)}
          />
        </AriaToast>
      )}
    </AriaToastRegion>
  )
}
