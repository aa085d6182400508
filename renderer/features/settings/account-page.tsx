import { useQueryClient } from '@tanstack/react-query'
import { ExternalLink, LogOut } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHost, useSession, useSignedIn } from '../../app/host-context.tsx'
import { useServer } from '../../app/server.ts'
import { useSyncStatus } from '../../data/index.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/fields.tsx'
import { toast } from '../../ui/toast.tsx'
import { Failure } from '../account/failure.tsx'
import { useWho } from '../account/queries.tsx'
import { useTask } from '../account/use-task.ts'
import { HandleDialog } from './handle-dialog.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { Line, Section } from './section.tsx'

export function AccountPage() {
  const { t } = useTranslation('settings')
  const session = useSignedIn()
  const server = useServer()
  const host = useHost()
  const who = useWho()
  const [open, setOpen] = useState<'name' | 'handle' | 'password' | 'sign-out' | null>(null)
  const close = () => setOpen(null)
  const address = `${server.url}/@${session.handle}`
  const resending = useTask()
  const resend = () =>
    resending.run(async (signal) => {
      await server.call('/api/auth/send-verification-email', { body: { email: session.email }, signal })
      toast({ message: t('account.resent', { email: session.email }) })
    })

  return (
    <>
      <Failure error={who.error} onRetry={() => void who.refetch()} />
      <Section title={t('account.you')}>
        <Line label={t('account.name')} value={session.name}>
          <Button
            size="compact"
            aria-label={t('changeNamed', { what: t('account.name') })}
            onPress={() => setOpen('name')}
          >
            {t('change')}
          </Button>
        </Line>
        <Line
          label={t('account.email')}
          value={
            <span className="setting-inline">
              {session.email}
              {who.data &&
                (who.data.user.emailVerified ? (
                  <Badge>{t('account.verified')}</Badge>
                ) : (
                  <Badge tone="amber">{t('account.unverified')}</Badge>
                ))}
            </span>
          }
        >
          {who.data?.user.emailVerified === false && (
            <Button size="compact" onPress={resend} isPending={resending.isRunning}>
              {t('account.resend')}
            </Button>
          )}
        </Line>
        <Failure error={resending.error} />
      </Section>
      <Section title={t('account.page')}>
        <Line label={t('account.handle')} value={`@${session.handle}`} hint={address.replace(/^https?:\/\//, '')}>
          <Button
            size="compact"
            variant="quiet"
            icon={<ExternalLink aria-hidden />}
            onPress={() => host.host.openExternal({ url: address })}
          >
            {t('account.open')}
          </Button>
          <Button
            size="compact"
            aria-label={t('changeNamed', { what: t('account.handle') })}
            onPress={() => setOpen('handle')}
          >
            {t('change')}
          </Button>
        </Line>
      </Section>
      <Section title={t('account.signIn')}>
        <Line
          label={t('account.password')}
          value={who.data?.user.hasPassword === false ? t('account.noPassword') : '••••••••••'}
        >
          <Button
            size="compact"
            isDisabled={who.data?.user.hasPassword === false}
            aria-label={t('changeNamed', { what: t('account.password') })}
            onPress={() => setOpen('password')}
          >
            {t('change')}
          </Button>
        </Line>
        <Line label={t('account.thisDevice')} hint={t('account.signOutHint')}>
          <Button size="compact" icon={<LogOut aria-hidden />} onPress={() => setOpen('sign-out')}>
            {t('account.signOut')}
          </Button>
        </Line>
      </Section>
      {open === 'name' && <NameDialog onClose={close} />}
      {open === 'handle' && <HandleDialog onClose={close} />}
      {open === 'password' && <PasswordDialog onClose={close} />}
      {open === 'sign-out' && <SignOutDialog onClose={close} />}
    </>
  )
}

function NameDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const session = useSignedIn()
  const server = useServer()
  const { refresh } = useSession()
  const queries = useQueryClient()
  const [name, setName] = useState(session.name)
  const task = useTask()
  const save = async () => {
    const done = await task.run(async (signal) => {
      await server.call('/api/auth/update-user', { body: { name: name.trim() }, signal })
      await refresh({ name: name.trim() })
      await queries.invalidateQueries({ queryKey: ['who'] })
    })
    if (done) onClose()
  }
  return (
    <Dialog
      title={t('account.nameTitle')}
      size="small"
      isOpen
      onClose={onClose}
      actions={
        <Button type="submit" form="name-form" variant="primary" isPending={task.isRunning} isDisabled={!name.trim()}>
          {t('save')}
        </Button>
      }
    >
      <form
        id="name-form"
        className="setting-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Failure error={task.error} onRetry={() => void save()} />
        <TextField
          label={t('account.name')}
          hint={t('account.nameHint')}
          maxLength={80}
          isRequired
          autoFocus
          value={name}
          onChange={setName}
        />
      </form>
    </Dialog>
  )
}

function SignOutDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const { signOut } = useSession()
  const waiting = useSyncStatus((status) => status.waiting)
  const task = useTask()
  return (
    <Dialog
      title={t('account.signOutTitle')}
      size="small"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('ui:cancel')}</Button>
          <Button variant="primary" autoFocus isPending={task.isRunning} onPress={() => task.run(signOut)}>
            {t('account.signOut')}
          </Button>
        </>
      }
    >
      <p>{t('account.signOutText')}</p>
      {waiting > 0 && <p>{t('account.signOutWaiting', { count: waiting })}</p>}
    </Dialog>
  )
}
