import { useMemo, useSyncExternalStore } from 'react'
import type { ReceiptSync } from '../../../shared/domain/post-state.ts'
import { useStudio } from '../../data/index.ts'

/** What receipts need of the sync status: it changes seldom, while the status itself changes with every push. */
export function useReceiptSync(): NonNullable<ReceiptSync> {
  const { status$ } = useStudio().sync
  const subscribe = useMemo(
    () => (changed: () => void) => {
      const subscription = status$.subscribe(changed)
      return () => subscription.unsubscribe()
    },
    [status$],
  )
  const said = useSyncExternalStore(subscribe, () => {
    const { phase, refused } = status$.value
    const away = phase === 'offline' || phase === 'signed-out' || phase === 'outdated'
    return JSON.stringify({
      phase: away ? phase : 'live',
      refused: refused.filter((each) => each.collection === 'posts'),
    })
  })
  return useMemo(() => JSON.parse(said) as NonNullable<ReceiptSync>, [said])
}
