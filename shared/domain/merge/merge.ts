import type { CollectionName } from '../../collections/index.ts'
import { mergeCounters } from './counters.ts'
import { canonicalJson, sameJson } from './json.ts'
import { type Item, mergeLists } from './lists.ts'
import { ruleOf } from './rules.ts'
import { mergeSets } from './sets.ts'

/** A document as replication sees it: its fields, and whether it is deleted. */
export type State = Record<string, unknown> & { _deleted?: boolean }

/** A field that both sides changed. The value not kept is here alone: whoever merges stores it. */
export type Conflict = { field: string; mine: unknown; theirs: unknown; kept: 'mine' | 'theirs' }
export type Merged = { merged: State; conflicts: Conflict[] }

/** How texts are merged and read (shared/domain/richtext), passed in because it is large and seldom needed. */
export type TextMerge = {
  /** Errors: when one of the two cannot be read or both together are too long. */
  merge(a: string, b: string): string
  read(body: string): { text: string; words: number; images: string[] }
}

export type MergeInput = {
  /** The last version both sides had, or null when it is not known. */
  base: State | null
  mine: State
  theirs: State
  text?: TextMerge
}

/**
 * Merges two versions of a document by field. A field that one side changed gets that side's value; one that both
 * changed is merged by its rule, and where a rule has to choose, it chooses alike for both sides: swapping `mine` and
 * `theirs` gives the same document. An edit outlives a deletion it did not know of, and what was in the deleted version
 * is merged like the rest: the result comes from both sides, and its time is never before either's.
 */
export function mergeDocuments(collection: CollectionName, input: MergeInput): Merged {
  const { mine, theirs } = input
  if (mine._deleted || theirs._deleted) return mergeDeleted(collection, input)
  const { merged, conflicts } = mergeContents(collection, input)
  return { merged: { ...merged, _deleted: false }, conflicts }
}

function mergeContents(collection: CollectionName, input: MergeInput): Merged {
  const { base, mine, theirs } = input
  const later = laterSide(mine, theirs)
  const conflicts: Conflict[] = []
  const merged = mergeFields(collection, '', base, mine, theirs, later, conflicts)
  if (collection === 'posts') mergeBody(merged, input, later, conflicts)
  const updatedAt = stamp(merged, mine, theirs)
  // Not every collection has it, and a field that is there without a value is another document.
  if (updatedAt !== undefined) merged.updatedAt = updatedAt
  return { merged, conflicts }
}

type Side = 'mine' | 'theirs'

/** The side edited later by its device's clock; it decides nothing but which of two values is shown first. */
function laterSide(mine: State, theirs: State): Side {
  const [a, b] = [String(mine.updatedAt ?? ''), String(theirs.updatedAt ?? '')]
  if (a !== b) return a > b ? 'mine' : 'theirs'
  return canonicalJson(mine) >= canonicalJson(theirs) ? 'mine' : 'theirs'
}

function mergeDeleted(collection: CollectionName, input: MergeInput): Merged {
  const { base, mine, theirs } = input
  if (mine._deleted && theirs._deleted)
    return { merged: { ...joinDeleted(collection, input).merged, _deleted: true }, conflicts: [] }
  const [deleted, alive, kept]: [State, State, Side] = mine._deleted ? [mine, theirs, 'theirs'] : [theirs, mine, 'mine']
  const isLikeBase = base !== null && !base._deleted && sameJson(content(base), content(alive))
  if (isLikeBase && base.updatedAt === alive.updatedAt) return { merged: deleted, conflicts: [] }
  const { merged, conflicts } = joinDeleted(collection, input)
  // Alive as it was, but at another time: whoever deleted it took that back.
  if (!isLikeBase)
    conflicts.push({ field: '_deleted', mine: mine._deleted === true, theirs: theirs._deleted === true, kept })
  return { merged: { ...merged, _deleted: false }, conflicts }
}

/** A deleted version without a time is only known to be deleted, not what was in it. */
const isKnown = ({ _deleted, updatedAt }: State): boolean => !_deleted || Boolean(updatedAt)

function joinDeleted(collection: CollectionName, input: MergeInput): Merged {
  const { mine, theirs } = input
  if (isKnown(mine) && isKnown(theirs)) return mergeContents(collection, input)
  const side = isKnown(mine) === isKnown(theirs) ? laterSide(mine, theirs) : isKnown(mine) ? 'mine' : 'theirs'
  return { merged: input[side], conflicts: [] }
}

const content = ({ _deleted, updatedAt, ...fields }: State) => fields

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

function mergeFields(
  collection: CollectionName,
  prefix: string,
  base: State | null,
  mine: State,
  theirs: State,
  later: Side,
  conflicts: Conflict[],
): State {
  const merged: State = {}
  for (const field of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    if (field === '_deleted') continue
    const [b, m, t] = [base?.[field], mine[field], theirs[field]]
    const value = mergeValue(field, b, m, t)
    if (value !== undefined) merged[field] = value
  }
  return merged

  function mergeValue(field: string, b: unknown, m: unknown, t: unknown): unknown {
    const rule = prefix === '' ? ruleOf(collection, field) : ({ kind: 'choose' } as const)
    // Alike on both sides it has been added to twice.
    if (rule.kind === 'counter') return mergeCounters(base ? Number(b) : null, Number(m), Number(t))
    if (sameJson(m, t)) return m
    if (base && sameJson(b, m)) return t
    if (base && sameJson(b, t)) return m
    switch (rule.kind) {
      case 'set': {
        const all = mergeSets(base ? strings(b) : null, strings(m), strings(t))
        // What does not fit is not lost: the longer list is kept as a conflict's two sides.
        if (all.length > rule.max) conflicts.push({ field: prefix + field, mine: m, theirs: t, kept: later })
        return all.slice(0, rule.max)
      }
      case 'list': {
        const { items, conflicts: both } = mergeLists(base ? list(b) : null, list(m), list(t), later)
        if (both.length > 0 || items.length > rule.max)
          conflicts.push({ field: prefix + field, mine: m, theirs: t, kept: later })
        return items.slice(0, rule.max)
      }
      case 'newest':
        return String(m) > String(t) ? m : t
      case 'first':
        return String(m) < String(t) ? m : t
      case 'rank':
        return rule.order.indexOf(String(m)) > rule.order.indexOf(String(t)) ? m : t
      case 'plan':
        return choose(field, m, t, planId(m) === planId(t) ? later : planId(m) > planId(t) ? 'mine' : 'theirs')
      case 'group':
        if (!isRecord(m) || !isRecord(t)) return isRecord(m) ? m : t
        return mergeFields(collection, `${field}.`, isRecord(b) ? b : null, m, t, later, conflicts)
      case 'body':
      case 'projection':
      case 'stamp':
        return later === 'mine' ? m : t
      case 'choose':
        // With no base an empty field is one that was never filled in.
        if (!base && (isEmpty(m) || isEmpty(t))) return isEmpty(m) ? t : m
        return choose(field, m, t, later)
    }
  }

  function choose(field: string, m: unknown, t: unknown, kept: Side): unknown {
    conflicts.push({ field: prefix + field, mine: m, theirs: t, kept })
    return kept === 'mine' ? m : t
  }
}

/** The text, and what is derived from it: never the words of one side beside the text of the other. */
function mergeBody(merged: State, { base, mine, theirs, text }: MergeInput, later: Side, conflicts: Conflict[]): void {
  const follow = ({ body, text: plain, words }: State) => Object.assign(merged, { body, text: plain, words })
  if (sameJson(mine.body, theirs.body)) follow(mine.text === merged.text ? mine : theirs)
  else if (base && base.body === mine.body) follow(theirs)
  else if (base && base.body === theirs.body) follow(mine)
  else {
    const kept = later === 'mine' ? mine : theirs
    try {
      if (!text) throw new Error('no way to merge texts')
      const body = mergeInOrder(text, String(mine.body), String(theirs.body))
      // By name: a reader may know more of a text than the document has fields for.
      const { images, text: plain, words } = text.read(body)
      const cover = String(merged.cover ?? '')
      Object.assign(merged, { body, text: plain, words })
      merged.images = [...new Set([...images, ...(cover ? [cover] : [])])]
    } catch {
      // A damaged text, or two that are too long together: one is kept whole, the other beside it.
      conflicts.push({ field: 'body', mine: mine.body, theirs: theirs.body, kept: later })
      follow(kept)
    }
  }
}

/** The bytes of a merged Yjs document depend on the order of merging, though its text does not. */
const mergeInOrder = (text: TextMerge, a: string, b: string): string => (a < b ? text.merge(a, b) : text.merge(b, a))

/**
 * The later side's time where the document is that side's; else a time after both. So a version's time is after those of
 * all versions it comes from, and no one takes it for a version it is not.
 */
function stamp(merged: State, mine: State, theirs: State): unknown {
  const stamps = [mine, theirs].map((side) => side.updatedAt)
  if (stamps.every((value) => value === undefined)) return undefined
  const last = stamps.map(String).sort().at(-1) as string
  const isLast = ({ updatedAt, ...side }: State) => updatedAt === last && sameJson(content(merged), content(side))
  const ms = Date.parse(last)
  return [mine, theirs].some(isLast) || Number.isNaN(ms) ? last : new Date(ms + 1).toISOString()
}

const isRecord = (value: unknown): value is State =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): Item[] => (Array.isArray(value) ? value : [])
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
const planId = (plan: unknown): string => (isRecord(plan) ? String(plan.id ?? '') : '')
