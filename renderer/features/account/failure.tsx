import { useTranslation } from 'react-i18next'
import { detailOf, sentenceOf } from '../../app/errors.ts'
import { ServerUnreachable } from '../../app/server.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'

/** Why a form's wish was not done, in a sentence; where only the network is at fault, with a way to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { t } = useTranslation('app')
  if (error === null || error === undefined) return null
  const isAway = error instanceof ServerUnreachable
  return (
    <Notice
      tone={isAway ? 'offline' : 'red'}
      detail={isAway ? detailOf(error.cause) : undefined}
      action={
        isAway &&
        onRetry && (
          <Button size="compact" onPress={onRetry}>
            {t('error.again')}
          </Button>
        )
      }
    >
      {sentenceOf(error, t)}
    </Notice>
  )
}
