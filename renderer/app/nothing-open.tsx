import { PenLine } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { runCommand, useCommands } from './commands.ts'
import { useTitle } from './title.ts'

/** The work area of the posts while none is open. */
export function NothingOpen() {
  const { t } = useTranslation('app')
  const command = useCommands().findLast((each) => each.id === 'posts.new')
  useTitle(t('rail.posts'))
  return (
    <div className="frame-blank">
      <h1 className="sr-only">{t('rail.posts')}</h1>
      <EmptyState
        picture={<PenLine />}
        title={t('nothingOpen.title')}
        action={
          command && (
            <Button shortcut={command.shortcut} onPress={() => runCommand('posts.new')}>
              {t(command.titleKey)}
            </Button>
          )
        }
      >
        {t('nothingOpen.text')}
      </EmptyState>
    </div>
  )
}
