import { useDeferredValue, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useStudio } from '../../../data/index.ts'
import type { PostRow } from '../../../data/types.ts'
import { useReceiptSync } from '../use-receipt-sync.ts'
import { useStable } from '../use-stable.ts'
import { hasWords } from './highlight.ts'
import { countGroups, type ListGroup, type ListView, selectRows } from './list-view.ts'

const none: never[] = []

export type List = {
  rows: readonly PostRow[]
  all: readonly PostRow[]
  counts: Record<ListGroup, number>
  /** False until the posts on this device have been read. */
  ready: boolean
}

/** Every post on this device as a row, and whether they have all been read. */
export function useRows(): { rows: readonly PostRow[]; ready: boolean } {
  const { index } = useStudio()
  const subscribe = useMemo(
    () => ({
      rows: (changed: () => void) => {
        const subscription = index.rows$.subscribe(changed)
        return () => subscription.unsubscribe()
      },
      ready: (changed: () => void) => {
        const subscription = index.ready$.subscribe(changed)
        return () => subscription.unsubscribe()
      },
    }),
    [index],
  )
  return {
    rows: useSyncExternalStore(subscribe.rows, () => index.rows$.value),
    ready: useSyncExternalStore(subscribe.ready, () => index.ready$.value),
  }
}

/** The rows that the view and the words ask for. */
export function useList(view: ListView, query: string): List {
  const { index } = useStudio()
  const { rows: newest, ready } = useRows()
  // Ten thousand rows are sorted out after the keys that are waiting, not before.
  const rows = useDeferredValue(newest)
  const refused = useReceiptSync().refused ?? none
  const [found, setFound] = useState<{ query: string; ids: readonly string[] } | null>(null)
  const wanted = query.trim()

  // biome-ignore lint/correctness/useExhaustiveDependencies: when the rows change, what was found may have changed its words
  useEffect(() => {
    if (wanted === '') return setFound(null)
    let stale = false
    index.search(wanted).then(
      (ids) => !stale && setFound({ query: wanted, ids }),
      (error: unknown) => reportError(error),
    )
    return () => {
      stale = true
    }
  }, [index, wanted, rows])

  const refusedIds = useMemo(() => new Set(refused.map((each) => each.id)), [refused])
  // The first search reads every text; until it answers, titles do.
  const byTitle = useMemo(
    () => (wanted !== '' && !found ? rows.filter((row) => hasWords(row.title, wanted)).map((row) => row.id) : null),
    [rows, wanted, found],
  )
  const ids = wanted === '' ? null : (found?.ids ?? byTitle)
  const selected = useMemo(() => selectRows(rows, view, refusedIds, ids), [rows, view, refusedIds, ids])
  const counts = useStable(useMemo(() => countGroups(rows, refusedIds), [rows, refusedIds]))
  return { rows: selected, all: rows, counts, ready }
}
