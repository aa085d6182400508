import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { canonicalHandle } from '../../../shared/domain/handle.ts'
import { useSession, useSignedIn } from '../../app/host-context.tsx'
import { useServer } from '../../app/server.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { Failure } from '../account/failure.tsx'
import { HandleField, useHandleCheck } from '../account/handle-field.tsx'
import { useTask } from '../account/use-task.ts'

/** A new address for the creator's page. The old one keeps leading there, and says so before the change. */
export function HandleDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const { handle: own } = useSignedIn()
  const { refresh } = useSession()
  const server = useServer()
  const [handle, setHandle] = useState(own)
  const check = useHandleCheck(handle, own)
  const task = useTask()
  const isNew = canonicalHandle(handle) !== own && handle !== ''
  const canSave = isNew && (check.state === 'free' || check.state === 'unknown')
  const save = async () => {
    if (!canSave) return
    const done = await task.run(async (signal) => {
      const answer = await server.call<{ handle: string }>('/api/handle', { body: { handle }, signal })
      await refresh({ handle: answer.handle })
      toast({ message: t('account.handleChanged', { handle: answer.handle }) })
    })
    if (done) onClose()
  }
  return (
    <Dialog
      title={t('account.handleTitle')}
      isOpen
      onClose={onClose}
      actions={
        <Button type="submit" form="handle-form" variant="primary" isPending={task.isRunning} isDisabled={!canSave}>
          {t('account.handleAction')}
        </Button>
      }
    >
      <form
        id="handle-form"
        className="setting-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Failure error={task.error} onRetry={() => void save()} />
        <HandleField value={handle} onChange={setHandle} check={check} autoFocus />
        <p>{t('account.handleText', { old: `@${own}` })}</p>
      </form>
    </Dialog>
  )
}
