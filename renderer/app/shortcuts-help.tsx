import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { type Command, type CommandGroup, isOffered, useCommands } from './commands.ts'
import './shortcuts-help.css'

const groups: readonly CommandGroup[] = ['go', 'posts', 'editor', 'calendar', 'media', 'view', 'account', 'help']

/** Every key that does something now. */
export default function ShortcutsHelp({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('app')
  const commands = useCommands()
  const byKeys = new Map<string, Command>()
  for (const each of commands) if (each.shortcut && isOffered(each)) byKeys.set(each.shortcut, each)
  const shown = [...byKeys.values()]
  return (
    <Dialog title={t('shortcuts.title')} isOpen onClose={onClose} size="large">
      <div className="shortcuts">
        {groups.map((group) => {
          const own = shown.filter((each) => each.group === group)
          if (own.length === 0) return null
          return (
            <section key={group} className="shortcuts-group">
              <h3>{t(`group.${group}`)}</h3>
              <dl>
                {own.map((each) => (
                  <div key={each.id} className="shortcuts-row">
                    <dt>{t(each.titleKey)}</dt>
                    <dd>
                      {each.shortcut!.split(' ').map((stroke, i) => (
                        <Fragment key={stroke}>
                          {i > 0 && <span className="meta">{t('shortcuts.then')}</span>}
                          <Kbd keys={stroke} />
                        </Fragment>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
      </div>
    </Dialog>
  )
}
