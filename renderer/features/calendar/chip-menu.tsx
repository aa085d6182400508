import { CalendarClock, Keyboard, SquarePen, Undo2 } from 'lucide-react'
import { useMemo } from 'react'
import { Popover } from 'react-aria-components/Popover'
import { type MenuEntry, MenuList } from '../../ui/menu.tsx'
import { type CalendarPost, isFixed } from './calendar-post.ts'
import type { Scene } from './scene.ts'

export type MenuPlace = { post: CalendarPost; element: HTMLElement }

type Props = {
  place: MenuPlace
  scene: Scene
  canCarry: boolean
  onOpen(id: string): void
  onMove(post: CalendarPost): void
  onPickUp(post: CalendarPost): void
  onUnschedule(post: CalendarPost): void
  onClose(): void
}

/** What can be done with a post where it stands: by right click, the menu key, or a long press. */
export function ChipMenu({ place, scene, canCarry, onOpen, onMove, onPickUp, onUnschedule, onClose }: Props) {
  const { post, element } = place
  const { t } = scene
  const trigger = useMemo(() => ({ current: element }), [element])
  const name = post.title || t('untitled')
  const items: MenuEntry[] = [
    {
      id: 'open',
      label: t('menu.open'),
      icon: <SquarePen aria-hidden />,
      shortcut: 'Enter',
      run: () => onOpen(post.id),
    },
  ]
  if (!isFixed(post)) {
    items.push('line', {
      id: 'move',
      label: t(post.mode === 'draft' ? 'menu.schedule' : 'menu.move'),
      icon: <CalendarClock aria-hidden />,
      shortcut: 'M',
      run: () => onMove(post),
    })
    if (canCarry)
      items.push({
        id: 'carry',
        label: t('menu.carry'),
        icon: <Keyboard aria-hidden />,
        shortcut: 'Space',
        run: () => onPickUp(post),
      })
    if (post.mode !== 'draft')
      items.push({
        id: 'unschedule',
        label: t('menu.unschedule'),
        icon: <Undo2 aria-hidden />,
        shortcut: 'Del',
        run: () => onUnschedule(post),
      })
  }
  return (
    <Popover
      className="floating"
      aria-label={name}
      triggerRef={trigger}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      placement="bottom start"
      offset={4}
    >
      <MenuList label={name} items={items} autoFocus="first" onClose={onClose} />
    </Popover>
  )
}
