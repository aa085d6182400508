import { CalendarX2, CopyPlus, ExternalLink, Globe, GlobeLock, Link, RefreshCw, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Plan } from '../../../shared/collections/posts.ts'
import type { PostState } from '../../../shared/domain/post-state.ts'
import type { MenuEntry } from '../../ui/menu.tsx'
import { openPlan } from './planned.ts'
import type { PostCommands } from './use-post-commands.ts'

/** What a post's menu offers in the state it is in: the same beside a row and in the editor. */
export function usePostMenu() {
  const { t } = useTranslation('posts')
  return (state: PostState, isPublic: boolean, plan: Plan, run: PostCommands): MenuEntry[] => {
    const entries: MenuEntry[] = []
    if (isPublic) {
      if (state === 'changed')
        entries.push({ id: 'update', label: t('plan.update'), icon: <RefreshCw aria-hidden />, run: run.update })
      entries.push(
        { id: 'view', label: t('plan.view'), icon: <ExternalLink aria-hidden />, run: run.view },
        { id: 'copy', label: t('plan.copyLink'), icon: <Link aria-hidden />, run: run.copyLink },
        { id: 'unpublish', label: t('plan.unpublish'), icon: <GlobeLock aria-hidden />, run: run.unpublish },
      )
    } else {
      entries.push({ id: 'publish', label: t('plan.now'), icon: <Globe aria-hidden />, run: run.askPublishNow })
      if (openPlan(plan, state))
        entries.push({ id: 'cancel', label: t('plan.cancel'), icon: <CalendarX2 aria-hidden />, run: run.cancel })
    }
    entries.push(
      'line',
      {
        id: 'duplicate',
        label: t('command.duplicate'),
        icon: <CopyPlus aria-hidden />,
        shortcut: 'Mod+D',
        run: run.duplicate,
      },
      { id: 'remove', label: t('command.remove'), icon: <Trash2 aria-hidden />, tone: 'danger', run: run.remove },
    )
    return entries
  }
}
