import type { CollectionName } from '../../collections/index.ts'

/**
 * How a field is merged when both sides have changed it.
 * `choose`  one of the two values; the other is a conflict
 * `set`     both sides' additions and removals, at most `max` items
 * `list`    items in an order that somebody chose: as a set, and each where it was moved to
 * `counter` what both sides added or took away
 * `newest`  ids made by `newId`, or empty: the later one. For requests to the server, where the later one covers the earlier
 * `plan`    as one value, the later act of planning; the other is a conflict
 * `group`   field by field inside
 * `first`   the earlier of two instants
 * `body`    a Yjs document, merged by construction; `projection` follows it
 * `rank`    the value that comes later in `order`: both happened, and the later one says more
 * `stamp`   the time of the last change, made anew for a merged document
 */
export type Rule =
  | { kind: 'choose' | 'newest' | 'plan' | 'group' | 'first' | 'body' | 'projection' | 'stamp' | 'counter' }
  | { kind: 'set' | 'list'; max: number }
  | { kind: 'rank'; order: readonly string[] }

const choose: Rule = { kind: 'choose' }

const rules: Record<CollectionName, Record<string, Rule>> = {
  posts: {
    tags: { kind: 'set', max: 20 },
    body: { kind: 'body' },
    text: { kind: 'projection' },
    words: { kind: 'projection' },
    images: { kind: 'set', max: 200 },
    plan: { kind: 'plan' },
    release: { kind: 'newest' },
    withdrawn: { kind: 'newest' },
    createdAt: { kind: 'first' },
    updatedAt: { kind: 'stamp' },
  },
  settings: {
    profile: { kind: 'group' },
    publishing: { kind: 'group' },
    calendar: { kind: 'group' },
    updatedAt: { kind: 'stamp' },
  },
  media: {
    tags: { kind: 'set', max: 20 },
    variants: { kind: 'list', max: 60 },
    chapters: { kind: 'list', max: 200 },
    createdAt: { kind: 'first' },
    updatedAt: { kind: 'stamp' },
  },
  outcomes: {},
  lost: {},
  // Written once; `why` alone may change.
  versions: { why: { kind: 'rank', order: ['edited', 'conflict', 'restored', 'planned', 'published'] } },
}

export const ruleOf = (collection: CollectionName, field: string): Rule => rules[collection][field] ?? choose
