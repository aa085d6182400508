import { ShieldCheck, ShieldOff } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../account/failure.tsx'
import { useWho } from '../account/queries.tsx'
import { BackupCodesDialog, DisableDialog } from './second-factor-dialogs.tsx'
import { SecondFactorSetUp } from './second-factor-set-up.tsx'
import { Line, Section } from './section.tsx'

export function SecurityPage() {
  const { t } = useTranslation('settings')
  const who = useWho()
  const [open, setOpen] = useState<'set-up' | 'codes' | 'disable' | null>(null)
  const close = () => {
    setOpen(null)
    void who.refetch()
  }
  const user = who.data?.user
  return (
    <>
      <Failure error={who.error} onRetry={() => void who.refetch()} />
      {user && (
        <Section title={t('security.second')} text={t('security.secondText')}>
          <Line
            label={
              <span className="setting-inline">
                {user.twoFactorEnabled ? <ShieldCheck aria-hidden /> : <ShieldOff aria-hidden />}
                {t('security.app')}
                <Badge>{t(user.twoFactorEnabled ? 'security.on' : 'security.off')}</Badge>
              </span>
            }
            hint={t(user.hasPassword ? 'security.appHint' : 'security.needsPassword')}
          >
            {user.twoFactorEnabled ? (
              <Button size="compact" variant="danger" onPress={() => setOpen('disable')}>
                {t('security.disable')}
              </Button>
            ) : (
              <Button size="compact" isDisabled={!user.hasPassword} onPress={() => setOpen('set-up')}>
                {t('security.setUp')}
              </Button>
            )}
          </Line>
          {user.twoFactorEnabled && (
            <Line label={t('security.codes')} hint={t('security.codesHint')}>
              <Button size="compact" onPress={() => setOpen('codes')}>
                {t('security.newCodes')}
              </Button>
            </Line>
          )}
        </Section>
      )}
      {open === 'set-up' && <SecondFactorSetUp onClose={close} />}
      {open === 'codes' && <BackupCodesDialog onClose={close} />}
      {open === 'disable' && <DisableDialog onClose={close} />}
    </>
  )
}
