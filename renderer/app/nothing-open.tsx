import { PenLine } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { usePosts } from '../data/hooks.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { runCommand, useCommands } from './commands.ts'
import { useTitle } from './title.ts'

/** The three keys worth knowing on the first day. */
const hints = [
  { id: 'new', keys: 'N' },
  { id: 'palette', keys: 'Mod+K' },
  { id: 'help', keys: '?' },
] as const

/** The work area of the posts while none is open. */
export function NothingOpen() {
  const { t } = useTranslation('app')
  const command = useCommands().findLast((each) => each.id === 'posts.new')
  // Where there is no post at all, the list beside this says how to begin.
  const hasPosts = usePosts().length > 0
  useTitle(t('rail.posts'))
  return (
    <div className="frame-blank">
      <h1 className="sr-only">{t('rail.posts')}</h1>
      {hasPosts ? (
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
      ) : (
        <dl className="frame-hints">
          {hints.map(({ id, keys }) => (
            <div key={id}>
              <dt>{t(`hint.${id}`)}</dt>
              <dd>
                <Kbd keys={keys} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
