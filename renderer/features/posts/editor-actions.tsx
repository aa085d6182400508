import { Ellipsis, Eye, History, PenLine } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Plan } from '../../../shared/collections/posts.ts'
import type { PostState } from '../../../shared/domain/post-state.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { SegmentedControl } from '../../ui/toggles.tsx'
import { openPlan } from './planned.ts'
import { usePostMenu } from './post-menu.tsx'
import type { PostCommands } from './use-post-commands.ts'

export type EditorMode = 'write' | 'preview' | 'history'

/** At the end of the header: write, preview or look back, everything else that can be done, and the way to the plan. */
export const EditorActions = memo(function EditorActions({
  mode,
  state,
  isPublic,
  plan,
  commands,
  onMode,
}: {
  mode: EditorMode
  state: PostState
  isPublic: boolean
  plan: Plan
  commands: PostCommands
  onMode: (mode: EditorMode) => void
}) {
  const { t } = useTranslation('posts')
  const entriesOf = usePostMenu()
  return (
    <>
      <SegmentedControl<EditorMode>
        label={t('mode.label')}
        iconsOnly
        value={mode}
        options={[
          { id: 'write', label: t('mode.write'), icon: <PenLine aria-hidden /> },
          { id: 'preview', label: t('mode.preview'), icon: <Eye aria-hidden /> },
          { id: 'history', label: t('mode.history'), icon: <History aria-hidden /> },
        ]}
        onChange={onMode}
      />
      <Menu
        label={t('menu')}
        trigger={<IconButton label={t('menu')} icon={<Ellipsis aria-hidden />} />}
        items={entriesOf(state, isPublic, plan, commands)}
      />
      {!isPublic && (
        <Button variant="primary" className="posts-plan-button" onPress={showPlan}>
          {openPlan(plan, state) ? t('plan.change') : t('plan.open')}
        </Button>
      )}
    </>
  )
})

/** Opens the inspector where it is folded away, and goes to the plan in it. */
export function showPlan(): void {
  if (!document.querySelector('.posts-inspector')) document.getElementById('toggle-inspector')?.click()
  requestAnimationFrame(() => {
    const first = document.querySelector<HTMLElement>('.posts-plan [tabindex="0"], .posts-plan button')
    first?.focus()
    first?.scrollIntoView({ block: 'nearest' })
  })
}
