import { Copy, Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../../app/host-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.tsx'

/** The codes that open the account when the phone is lost. Shown once. */
export function BackupCodes({ codes, onClose }: { codes: readonly string[]; onClose(): void }) {
  const { t } = useTranslation('settings')
  const { email } = useSignedIn()
  const text = `Grover Studio, ${email}\n\n${codes.join('\n')}\n`
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    toast({ message: t('security.copied') })
  }
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'grover-backup-codes.txt'
    link.click()
    // The download has its own hold on the blob once it has begun.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
  return (
    <Dialog
      title={t('security.codesTitle')}
      isOpen
      onClose={onClose}
      actions={
        <Button variant="primary" onPress={onClose}>
          {t('security.codesKept')}
        </Button>
      }
    >
      <p>{t('security.codesText')}</p>
      <ul className="backup-codes num">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="setting-inline">
        <Button size="compact" icon={<Copy aria-hidden />} onPress={copy}>
          {t('security.copy')}
        </Button>
        <Button size="compact" icon={<Download aria-hidden />} onPress={save}>
          {t('security.saveFile')}
        </Button>
      </div>
    </Dialog>
  )
}
