import type { RxConflictHandler } from 'rxdb'
import type { CollectionName } from '../../shared/collections/index.ts'
import type { Lost } from '../../shared/collections/lost.ts'
import { type Conflict, mergeDocuments, type State, sameJson, type TextMerge } from '../../shared/domain/merge/index.ts'
import { canonicalJson } from '../../shared/domain/merge/json.ts'
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
  keep(lost: Lost[]): Promise<void>
  /** Told of this device's version of a post that could not be kept whole. */
  onConflict?(mine: State): void
  now(): number
  ownerName: string
  /** This device, among those that sync. */
  device: string
}

/** The rich text rules are large and conflicts rare: loaded when the first one happens. */
const loadText = async (): Promise<TextMerge> => {
  const { mergeBodies, readBody } = await import('../../shared/domain/richtext/index.ts')
  return { merge: mergeBodies, read: readBody }
}

/** Field-wise three-way merge in place of RxDB's own handler, which drops this device's version whole. */
export function conflictHandler<T>(options: Options): RxConflictHandler<T> {
  const { collection, keep, onConflict, now, ownerName, device } = options
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
      // What was lost before and what a post was are written once and then removed: of them nothing is lost, and nobody
      // could answer for it.
      if (conflicts.length > 0 && collection !== 'lost' && collection !== 'versions') {
        await keep(await Promise.all(conflicts.map((each) => lostVersion(collection, each, mine, theirs, device, now))))
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

export async function lostVersion(
  source: string,
  { field, kept, ...values }: Conflict,
  mine: State,
  theirs: State,
  device: string,
  now: () => number,
): Promise<Lost> {
  const loser = kept === 'mine' ? 'theirs' : 'mine'
  const version = loser === 'mine' ? mine : theirs
  const documentId = String(mine.id)
  const writtenAt = String(version.updatedAt ?? version.createdAt ?? '')
  const value = values[loser] ?? null
  return {
    // With the value: two devices that merge the same two versions on other grounds may give them the same time.
    id: await digest([source, documentId, field, writtenAt, canonicalJson(value)].join('|')),
    source,
    documentId,
    title: String((kept === 'mine' ? mine : theirs).title ?? ''),
    field,
    value,
    writtenAt,
    mergedBy: device,
    wasItsOwn: loser === 'mine',
    at: new Date(now()).toISOString(),
  }
}

/** SHA-256 in lower-case hex. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
