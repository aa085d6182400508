import { Move } from 'lucide-react'
import { Kbd } from '../../ui/kbd.tsx'
import type { PlanView } from './plan-search.ts'
import { whenText } from './planning.ts'
import type { Scene } from './scene.ts'
import type { Carry } from './use-carry.ts'
import './carry-bar.css'

/** What is held, where it would go, and which keys there are. Said by the live region already: hidden from readers. */
export function CarryBar({ carry, scene, view }: { carry: Carry; scene: Scene; view: PlanView }) {
  const { t, words, offsets } = scene
  return (
    <div className="calendar-carry" aria-hidden>
      <Move />
      <span className="truncate">{carry.post.title || t('untitled')}</span>
      <strong className="num">{whenText(carry.when, offsets, words)}</strong>
      <span className="calendar-carry-keys">
        <span>
          <Kbd keys="←" /> <Kbd keys="→" /> {t('carry.days')}
        </span>
        <span>
          <Kbd keys="↑" /> <Kbd keys="↓" /> {view === 'week' ? t('carry.quarters') : t('carry.weeks')}
        </span>
        <span>
          <Kbd keys="Enter" /> {t('carry.drop')}
        </span>
        <span>
          <Kbd keys="Esc" /> {t('carry.back')}
        </span>
      </span>
    </div>
  )
}
