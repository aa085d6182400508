import type { RxConflictHandler } from 'rxdb'
import type { CollectionName } from '../../shared/collections/index.ts'
import { type Conflict, mergeDocuments, type State, sameJson, type TextMerge } from '../../shared/domain/merge/index.ts'
import type { SetAside } from './set-aside.ts'
import { settingDefaults } from './setting-defaults.ts'

/** A version without what RxDB keeps beside it. */
export const bare = ({ _rev, _meta, _attachments, ...state }: State): State => ({
  ...state,
  _deleted: !!state._deleted,
})

export const sameVersion = (a: State, b: State): boolean => sameJson(bare(a), bare(b))

type Options = {
  collection: CollectionName
  /** Stores what a merge could not keep. */
  keep(lost: SetAside[]): Promise<void>
  /** Told of this device's version of a post that could not be kept whole. */
  onConflict?(mine: State): void
  now(): number
  ownerName: string
}

/** The rich text rules are large and conflicts rare: loaded when the first one happens. */
const loadText = async (): Promise<TextMerge> => {
  const { mergeBodies, readBody } = await import('../../shared/domain/richtext/index.ts')
  return { merge: mergeBodies, read: readBody }
}

/** Field-wise three-way merge in place of RxDB's own handler, which drops this device's version whole. */
export function conflictHandler<T>({ collection, keep, onConflict, now, ownerName }: Options): RxConflictHandler<T> {
  return {
    isEqual: (a, b) => sameVersion(a as State, b as State),
    async resolve({ assumedMasterState, newDocumentState, realMasterState }) {
      const mine = bare(newDocumentState as State)
      const theirs = bare(realMasterState as State)
      const base = assumedMasterState ? bare(assumedMasterState as State) : guessBase(collection, theirs, ownerName)
      const needsText = collection === 'posts' && mine.body !== theirs.body
      const { merged, conflicts } = mergeDocuments(collection, {
        base,
        mine,
        theirs,
        ...(needsText ? { text: await loadText() } : {}),
      })
      if (conflicts.length > 0) {
        await keep(conflicts.map((conflict) => lostVersion(collection, conflict, mine, theirs, now)))
        if (collection === 'posts') onConflict?.(mine)
      }
      return merged as never
    },
  }
}

/** Settings are made from defaults on each device: what still is a default was never chosen. */
function guessBase(collection: CollectionName, { id }: State, ownerName: string): State | null {
  if (collection !== 'settings') return null
  const subject = id as 'profile' | 'publishing' | 'calendar'
  return { id, [subject]: settingDefaults(ownerName)[subject], updatedAt: '', _deleted: false }
}

function lostVersion(collection: string, conflict: Conflict, mine: State, theirs: State, now: () => number): SetAside {
  const { field, kept } = conflict
  const loser = kept === 'mine' ? theirs : mine
  const documentId = String(mine.id)
  return {
    // The same for a merge that is repeated, so that it is told once.
    id: ['conflict', collection, documentId, field, String(loser.updatedAt ?? '')].join('|'),
    kind: 'conflict',
    source: collection,
    documentId,
    field,
    lost: kept === 'mine' ? conflict.theirs : conflict.mine,
    kept: kept === 'mine' ? conflict.mine : conflict.theirs,
    code: 'conflict',
    message: '',
    at: new Date(now()).toISOString(),
  }
}
