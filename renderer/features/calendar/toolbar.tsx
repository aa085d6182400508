import { CalendarDays, CalendarRange, ChevronLeft, ChevronRight, List, PanelRight, Pause, Plus } from 'lucide-react'
import { Button, IconButton, ToggleButton } from '../../ui/button.tsx'
import { SegmentedControl } from '../../ui/toggles.tsx'
import { useWidth } from '../../ui/use-media.ts'
import type { PlanView } from './plan-search.ts'
import type { Scene } from './scene.ts'
import './toolbar.css'

type TurnProps = { scene: Scene; view: PlanView; onToday(): void; onPage(by: number): void }

/** Today, back, forward. A post held over an arrow turns the page. */
export function Turn({ scene, view, onToday, onPage }: TurnProps) {
  const { t } = scene
  return (
    <div className="calendar-turn">
      <span data-drop="page" data-by="-1">
        <IconButton
          label={t(view === 'week' ? 'previousWeek' : 'previousMonth')}
          shortcut="PageUp"
          icon={<ChevronLeft aria-hidden />}
          onPress={() => onPage(-1)}
        />
      </span>
      <Button variant="plain" size="compact" shortcut="T" tooltip={t('goToday')} onPress={onToday}>
        {t('today')}
      </Button>
      <span data-drop="page" data-by="1">
        <IconButton
          label={t(view === 'week' ? 'nextWeek' : 'nextMonth')}
          shortcut="PageDown"
          icon={<ChevronRight aria-hidden />}
          onPress={() => onPage(1)}
        />
      </span>
    </div>
  )
}

type ActionProps = {
  scene: Scene
  view: PlanView
  isPaused: boolean
  isTrayOpen: boolean
  draftCount: number
  onView(view: PlanView): void
  onPause(): void
  onTray(isOpen: boolean): void
  onCreate(): void
}

/** Below this the views are pictures with names for those who ask. */
const narrow = 1160

export function CalendarActions(props: ActionProps) {
  const { scene, view, isPaused, isTrayOpen, draftCount } = props
  const { t, words } = scene
  const isNarrow = useWidth() < narrow
  return (
    <>
      <SegmentedControl
        label={t('view.label')}
        iconsOnly={isNarrow}
        value={view}
        onChange={props.onView}
        options={[
          { id: 'month', label: t('view.month'), icon: <CalendarDays aria-hidden /> },
          { id: 'week', label: t('view.week'), icon: <CalendarRange aria-hidden /> },
          { id: 'agenda', label: t('view.agenda'), icon: <List aria-hidden /> },
        ]}
      />
      <ToggleButton
        label={t('tray.toggle', { shown: words.number(draftCount) })}
        shortcut="D"
        icon={<PanelRight aria-hidden />}
        isSelected={isTrayOpen}
        onChange={props.onTray}
      />
      {/* While paused, the banner has the way back. */}
      {!isPaused && (
        <Button icon={<Pause aria-hidden />} tooltip={t('pause.hint')} onPress={props.onPause}>
          {t('pause.all')}
        </Button>
      )}
      <Button
        variant="primary"
        icon={<Plus aria-hidden />}
        shortcut="N"
        tooltip={t('newPostHint')}
        onPress={props.onCreate}
      >
        {t('newPost')}
      </Button>
    </>
  )
}
