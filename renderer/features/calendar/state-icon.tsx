import {
  CalendarClock,
  CircleDashed,
  CircleHelp,
  CirclePause,
  CircleX,
  Globe,
  GlobeLock,
  ImageUp,
  type LucideIcon,
  PencilLine,
  SkipForward,
} from 'lucide-react'
import { memo } from 'react'
import type { PostState } from '../../../shared/domain/post-state.ts'

const icons: Record<PostState, LucideIcon> = {
  draft: CircleDashed,
  scheduled: CalendarClock,
  waiting: ImageUp,
  held: CirclePause,
  late: CircleHelp,
  published: Globe,
  changed: PencilLine,
  skipped: SkipForward,
  withdrawn: GlobeLock,
  failed: CircleX,
}

/** The same marks as `StateMark`; the word is the chip's, which looks it up once for all of its kind. */
export const StateIcon = memo(function StateIcon({ state }: { state: PostState }) {
  const Icon = icons[state]
  return <Icon aria-hidden className="calendar-state-icon" />
})
