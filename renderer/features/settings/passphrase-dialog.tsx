import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHost, useSignedIn } from '../../app/host-context.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Notice } from '../../ui/notice.tsx'
import { toast } from '../../ui/toast.tsx'
import { FormDialog } from './form-dialog.tsx'

/** `off`: it is removed before encryption is turned off. */
export type PassphraseWish = 'set' | 'change' | 'remove' | 'off'

export function PassphraseDialog({ wish, onClose, onDone }: { wish: PassphraseWish; onClose(): void; onDone(): void }) {
  const { t } = useTranslation('settings')
  const host = useHost()
  const { workspaceId } = useSignedIn()
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const [repeated, setRepeated] = useState('')
  const [isTold, setTold] = useState(false)
  const asksOld = wish !== 'set'
  const asksNext = wish === 'set' || wish === 'change'
  const differs = asksNext && next !== repeated
  const title = { set: 'set', change: 'changeTitle', remove: 'removeTitle', off: 'offTitle' }[wish]
  const send = async () => {
    setTold(true)
    if (differs) return
    await host.encryption.setPassphrase({ workspaceId, ...(asksOld ? { old } : {}), next: asksNext ? next : null })
    if (wish !== 'off') toast({ message: t(asksNext ? 'encryption.isSet' : 'encryption.isRemoved') })
    onDone()
  }
  return (
    <FormDialog
      title={t(`encryption.${title}`)}
      action={t(`encryption.${wish}`)}
      tone={asksNext ? 'primary' : 'danger'}
      size="small"
      onSend={send}
      onClose={onClose}
    >
      {asksOld && (
        <TextField
          label={t('encryption.old')}
          type="password"
          autoComplete="current-password"
          isRequired
          autoFocus
          value={old}
          onChange={setOld}
        />
      )}
      {asksNext && (
        <>
          <TextField
            label={t('encryption.next')}
            type="password"
            autoComplete="new-password"
            isRequired
            autoFocus={!asksOld}
            minLength={8}
            value={next}
            onChange={setNext}
            hint={t('encryption.nextHint')}
          />
          <TextField
            label={t('encryption.repeat')}
            type="password"
            autoComplete="new-password"
            isRequired
            value={repeated}
            onChange={setRepeated}
            error={isTold && differs ? t('encryption.differs') : undefined}
          />
          <Notice tone="amber">{t('encryption.warning')}</Notice>
        </>
      )}
    </FormDialog>
  )
}
