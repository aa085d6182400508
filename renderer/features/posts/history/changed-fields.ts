import type { Post } from '../../../../shared/collections/posts.ts'
import type { Version } from '../../../../shared/collections/versions.ts'
import { diffWords, type Piece } from '../../../../shared/domain/history/word-diff.ts'
import { sameJson } from '../../../../shared/domain/merge/index.ts'

const names = ['title', 'summary', 'slug', 'tags', 'visibility', 'cover'] as const
export type FieldName = (typeof names)[number]
export type ChangedField = { name: FieldName; pieces: Piece[] }

type Fields = Pick<Post | Version, FieldName>
/** Says a value of a field as a person reads it; empty for nothing. */
export type Say = (name: FieldName, value: string) => string

/** What else readers see has changed from one state of a post to another, in words. */
export function changedFields(before: Fields, after: Fields, say: Say): ChangedField[] {
  return names
    .filter((name) => !sameJson(before[name], after[name]))
    .map((name) => {
      const [was, is] = [before, after].map((fields) => {
        const value = fields[name]
        return say(name, Array.isArray(value) ? value.join(', ') : String(value))
      }) as [string, string]
      return { name, pieces: isProse(name) ? diffWords(was, is) : whole(was, is) }
    })
}

const isProse = (name: FieldName): boolean => name === 'title' || name === 'summary'

const whole = (was: string, is: string): Piece[] => [
  ...(was ? [{ kind: 'removed' as const, text: was }] : []),
  ...(is ? [{ kind: 'added' as const, text: is }] : []),
]
