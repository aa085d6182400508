import { Pause, Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSyncStatus } from '../../data/hooks.tsx'
import { Button } from '../../ui/button.tsx'
import { type Reach, reachOf } from './reach.ts'
import './paused-banner.css'

/** What is to be said about “pause all”: nothing, once it is off and the server knows. */
export function PauseState({ isPaused, onResume }: { isPaused: boolean; onResume(): void }) {
  const reach = useSyncStatus(reachOf)
  const [wasPaused, setWasPaused] = useState(isPaused)
  useEffect(() => {
    if (isPaused) setWasPaused(true)
    else if (reach === 'known') setWasPaused(false)
  }, [isPaused, reach])
  if (isPaused) return <PausedBanner reach={reach} onResume={onResume} />
  return wasPaused && reach !== 'known' ? <ResumingBanner /> : null
}

/** While everything is paused: what that means, and whether the server knows, for it is the server that publishes. */
export function PausedBanner({ reach, onResume }: { reach: Reach; onResume(): void }) {
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
function ResumingBanner() {
  const { t } = useTranslation('calendar')
  return (
    <div className="paused-banner" role="status">
      <Pause aria-hidden />
      <p>{t('paused.resuming')}</p>
    </div>
  )
}
