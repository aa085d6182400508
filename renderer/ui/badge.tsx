import {
  CalendarClock,
  CircleAlert,
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
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PostState } from '../../shared/domain/post-state.ts'
import './badge.css'

export type Tone = 'grey' | 'sky' | 'leaf' | 'amber' | 'red'

export function Badge({ tone = 'grey', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {icon}
      {children}
    </span>
  )
}

const marks: Record<PostState, { icon: LucideIcon; tone: Tone }> = {
  draft: { icon: CircleDashed, tone: 'grey' },
  scheduled: { icon: CalendarClock, tone: 'sky' },
  waiting: { icon: ImageUp, tone: 'amber' },
  held: { icon: CirclePause, tone: 'amber' },
  late: { icon: CircleHelp, tone: 'amber' },
  published: { icon: Globe, tone: 'grey' },
  changed: { icon: PencilLine, tone: 'grey' },
  skipped: { icon: SkipForward, tone: 'grey' },
  withdrawn: { icon: GlobeLock, tone: 'grey' },
  failed: { icon: CircleX, tone: 'red' },
}

export const stateTone = (state: PostState): Tone => marks[state]?.tone ?? 'grey'

/** The state of a post as icon and word. `look="icon"` keeps the word for screen readers, where a row is too narrow. */
export function StateMark({ state, look = 'plain' }: { state: PostState; look?: 'plain' | 'badge' | 'icon' }) {
  const { t } = useTranslation('ui')
  const mark = marks[state] ?? { icon: CircleAlert, tone: 'grey' as const }
  const word = t(`state.${state}`)
  return (
    <span
      className={look === 'badge' ? 'badge' : 'state-mark'}
      data-tone={mark.tone}
      data-state={state}
      title={look === 'icon' ? word : undefined}
    >
      <mark.icon aria-hidden />
      <span className={look === 'icon' ? 'sr-only' : undefined}>{word}</span>
    </span>
  )
}
