import { LockKeyhole } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type EncryptionState, useHost, useHostInfo, useSignedIn } from '../../app/host-context.tsx'
import { useStartUp } from '../../app/start-up.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Switch } from '../../ui/toggles.tsx'
import { Failure } from '../account/failure.tsx'
import { useTask } from '../account/use-task.ts'
import { PassphraseDialog, type PassphraseWish } from './passphrase-dialog.tsx'
import { Line, Section } from './section.tsx'

/** Whether what is kept on this device is encrypted, and by whose word it opens. */
export function EncryptionSection() {
  const { t } = useTranslation('settings')
  const startUp = useStartUp()
  const { can } = useHostInfo()
  const { state, look } = useEncryption()
  const [wish, setWish] = useState<PassphraseWish | null>(null)
  const switching = useTask()
  if (!state) return null
  const isOn = state.is !== 'off'
  const turn = (wanted: boolean) => {
    if (!wanted && state.hasPassphrase) setWish('off')
    else void switching.run(() => startUp.encrypt(wanted))
  }
  return (
    <Section title={t('encryption.title')}>
      <Switch
        label={t('encryption.label')}
        hint={t('encryption.hint')}
        isSelected={isOn}
        isDisabled={switching.isRunning}
        onChange={turn}
      />
      <Failure error={switching.error} />
      {isOn && can.secrets !== 'keychain' && !state.hasPassphrase && (
        <Notice tone="amber">{t('encryption.plainKey')}</Notice>
      )}
      {isOn && (
        <Line
          label={t('encryption.passphrase')}
          hint={t(state.hasPassphrase ? 'encryption.passphraseOn' : 'encryption.passphraseOff')}
        >
          {state.hasPassphrase ? (
            <>
              <Button size="compact" aria-label={t('encryption.changeTitle')} onPress={() => setWish('change')}>
                {t('encryption.change')}
              </Button>
              <Button
                size="compact"
                variant="quiet"
                aria-label={t('encryption.removeTitle')}
                onPress={() => setWish('remove')}
              >
                {t('encryption.remove')}
              </Button>
            </>
          ) : (
            <Button size="compact" onPress={() => setWish('set')}>
              {t('encryption.set')}
            </Button>
          )}
        </Line>
      )}
      {state.hasPassphrase && (
        <Line label={t('encryption.lock')} hint={t('encryption.lockHint')}>
          <Button size="compact" icon={<LockKeyhole aria-hidden />} onPress={() => void startUp.lock()}>
            {t('encryption.lock')}
          </Button>
        </Line>
      )}
      {wish && (
        <PassphraseDialog
          wish={wish}
          onClose={() => setWish(null)}
          onDone={() => {
            setWish(null)
            if (wish === 'off') void switching.run(() => startUp.encrypt(false))
            else look()
          }}
        />
      )}
    </Section>
  )
}

/** How the host keeps this workspace; `look` asks it again. */
function useEncryption(): { state: EncryptionState | null; look(): void } {
  const host = useHost()
  const { workspaceId } = useSignedIn()
  const [state, setState] = useState<EncryptionState | null>(null)
  const look = () => void host.encryption.state({ workspaceId }).then(setState, reportError)
  useEffect(look, [host, workspaceId])
  return { state, look }
}
