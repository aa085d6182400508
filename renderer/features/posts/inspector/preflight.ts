import type { Post } from '../../../../shared/collections/posts.ts'
import type { SafetyReceipt } from '../../../../shared/domain/post-state.ts'
import { lacksOf } from '../../../../shared/domain/unfinished.ts'
import type { BodyFacts } from '../editor/body-facts.ts'

/** What is looked at before a post goes out. `must`: it cannot or should not go like this; `should`: the author decides. */
export type Check = {
  id: 'title' | 'text' | 'alt' | 'upload' | 'passed' | 'address'
  level: 'must' | 'should'
  count: number
}

/**
 * Everything that is not in order, the gravest first. An empty answer means: ready.
 * `notUploaded`: its pictures, the cover among them, whose bytes the server does not have.
 */
export function preflight(
  { title, words }: Pick<Post, 'title' | 'words'>,
  { state, problem }: Pick<SafetyReceipt, 'state' | 'problem'>,
  { pictures, withoutAlt }: BodyFacts,
  notUploaded: number,
): Check[] {
  const checks: Check[] = []
  const add = (id: Check['id'], level: Check['level'], count = 1): void => void checks.push({ id, level, count })
  for (const lack of lacksOf({ title, words, pictures: pictures.length })) add(lack, 'must')
  if (problem?.code === 'slug_taken' || problem?.code === 'slug_invalid') add('address', 'must')
  if (state === 'late') add('passed', 'must')
  if (withoutAlt > 0) add('alt', 'should', withoutAlt)
  if (notUploaded > 0) add('upload', 'should', notUploaded)
  return checks
}

/** Must be put right first. A time that has passed is no hindrance: another one, or now, is the answer to it. */
export const isBlocked = (checks: readonly Check[]): boolean =>
  checks.some(({ id, level }) => level === 'must' && id !== 'passed')
