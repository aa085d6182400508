import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Failure } from '../account/failure.tsx'
import { useTask } from '../account/use-task.ts'

/** A few fields to send to the server; why it was not done is said above them. */
export function FormDialog({
  title,
  action,
  tone = 'primary',
  size,
  children,
  onSend,
  onClose,
}: {
  title: string
  /** The verb on the button. */
  action: string
  tone?: 'primary' | 'danger' | undefined
  size?: 'small' | undefined
  children: ReactNode
  onSend(signal: AbortSignal): Promise<void>
  onClose(): void
}) {
  const { t } = useTranslation('ui')
  const id = useId()
  const task = useTask()
  const send = () => void task.run(onSend)
  return (
    <Dialog
      title={title}
      size={size}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button type="submit" form={id} variant={tone} isPending={task.isRunning}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="setting-form"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Failure error={task.error} onRetry={send} />
        {children}
      </form>
    </Dialog>
  )
}
