import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../../shared/collections/media.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { withoutEnding } from '../file-name.ts'
import type { StartRecipe } from '../use-media-commands.ts'
import './tools.css'

export type ToolProps = {
  media: Media
  start: StartRecipe
  /** Where the player stands. */
  nowMs(): number
  onClose(): void
}

/** What a new file that was made of another is called: `tide.mov` → `tide – cut`, for it may be of another kind. */
export const derivedName = (name: string, what: string): string =>
  `${withoutEnding(name).slice(0, 240 - what.length)} – ${what}`

/** A dialog that asks for what a recipe needs, and then lets it run. */
export function ToolDialog({
  title,
  isReady,
  onRun,
  onClose,
  size,
  run,
  children,
}: {
  title: string
  isReady: boolean
  onRun(): void
  onClose(): void
  size?: 'small' | 'medium' | 'large'
  /** The verb on the button. */
  run?: string
  children: ReactNode
}) {
  const { t } = useTranslation('media')
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      size={size}
      actions={
        <>
          <Button onPress={onClose}>{t('ui:cancel')}</Button>
          <Button
            variant="primary"
            isDisabled={!isReady}
            onPress={() => {
              onRun()
              onClose()
            }}
          >
            {run ?? t('make.run')}
          </Button>
        </>
      }
    >
      <div className="media-tool">{children}</div>
    </Dialog>
  )
}
