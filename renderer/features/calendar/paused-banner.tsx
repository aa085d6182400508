import { Pause, Play } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import type { Reach } from './reach.ts'
import './paused-banner.css'

type Props = {
  reach: Reach
  onResume(): void
}

/** While everything is paused: what that means, and whether the server knows, for it is the server that publishes. */
export function PausedBanner({ reach, onResume }: Props) {
  const { t } = useTranslation('calendar')
  return (
    <div className="paused-banner" role="status">
      <Pause aria-hidden />
      <p>
        <strong>{t('paused.title')}</strong> {t(`paused.${reach}`)}
      </p>
      <Button size="compact" icon={<Play aria-hidden />} onPress={onResume}>
        {t('pause.resume')}
      </Button>
    </div>
  )
}

/** After everything was resumed on this device, as long as the server has not heard of it. */
export function ResumingBanner() {
  const { t } = useTranslation('calendar')
  return (
    <div className="paused-banner" role="status">
      <Pause aria-hidden />
      <p>{t('paused.resuming')}</p>
    </div>
  )
}
