import { CalendarClock, Globe, type LucideIcon, PencilLine, RotateCcw, Split } from 'lucide-react'
import type { Version } from '../../../../shared/collections/versions.ts'

const icons: Record<Version['why'], LucideIcon> = {
  edited: PencilLine,
  planned: CalendarClock,
  published: Globe,
  restored: RotateCcw,
  conflict: Split,
}

/** Why a version was kept, beside the words for it. */
export function WhyMark({ why }: { why: Version['why'] }) {
  const Icon = icons[why]
  return <Icon aria-hidden />
}
