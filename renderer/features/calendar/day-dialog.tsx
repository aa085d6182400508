// biome-ignore-all lint/a11y/noStaticElementInteractions: hears for the buttons inside it
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys are heard beside the click
import { CalendarPlus, Plus } from 'lucide-react'
import { useMemo } from 'react'
import type { Day } from '../../../shared/domain/calendar-days.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { AgendaList } from './agenda-view.tsx'
import type { CalendarPost } from './calendar-post.ts'
import { isFixed } from './calendar-post.ts'
import type { PlacedPost, Scene } from './scene.ts'

type Props = {
  day: Day
  posts: PlacedPost[] | undefined
  scene: Scene
  onOpen(id: string): void
  onMove(post: CalendarPost): void
  onCreate(): void
  onClose(): void
}

/** One day with everything on it: what “+12 more” opens. */
export function DayDialog({ day, posts = [], scene, onOpen, onMove, onCreate, onClose }: Props) {
  const { t, words } = scene
  const byDay = useMemo(() => new Map([[day, posts]]), [day, posts])
  const postOf = (id: string) => posts.find((each) => each.item.id === id)?.item
  const isOver = day < scene.today
  return (
    <Dialog
      title={words.dayLong(day)}
      isOpen
      onClose={onClose}
      actions={
        !isOver && (
          <Button
            icon={<Plus aria-hidden />}
            onPress={() => {
              onClose()
              onCreate()
            }}
          >
            {t('newPost')}
          </Button>
        )
      }
    >
      {posts.length === 0 ? (
        <EmptyState size="small" picture={<CalendarPlus />} title={t('dayEmpty.title')}>
          {t(isOver ? 'dayEmpty.over' : 'dayEmpty.text')}
        </EmptyState>
      ) : (
        <div
          className="calendar-day-list"
          onClick={(event) => {
            const chip = (event.target as Element).closest<HTMLElement>('[data-chip]')
            if (!chip) return
            onClose()
            onOpen(chip.dataset.chip!)
          }}
          onKeyDown={(event) => {
            const post = postOf((event.target as HTMLElement).dataset.chip ?? '')
            if (!post || event.key.toLowerCase() !== 'm' || isFixed(post)) return
            event.preventDefault()
            onClose()
            onMove(post)
          }}
        >
          <AgendaList posts={byDay} scene={scene} label={words.dayLong(day)} isBare />
        </div>
      )}
    </Dialog>
  )
}
