/** What is looked at before a post goes out. `must`: it cannot or should not go like this; `should`: the author decides. */
export type Check = {
  id: 'title' | 'text' | 'alt' | 'upload' | 'passed' | 'address'
  level: 'must' | 'should'
  count: number
}

export type PreflightFacts = {
  title: string
  words: number
  pictures: number
  /** Pictures in the text that nobody has described. */
  withoutAlt: number
  /** Pictures whose bytes the server does not have. */
  notUploaded: number
  offline: boolean
  /** The time planned for has passed and nothing has been published. */
  passed: boolean
  addressProblem: boolean
}

/** Everything that is not in order, the gravest first. An empty answer means: ready. */
export function preflight(facts: PreflightFacts): Check[] {
  const checks: Check[] = []
  const add = (id: Check['id'], level: Check['level'], count = 1): void => void checks.push({ id, level, count })
  if (facts.title.trim() === '') add('title', 'must')
  if (facts.words === 0 && facts.pictures === 0) add('text', 'must')
  if (facts.addressProblem) add('address', 'must')
  if (facts.passed) add('passed', 'must')
  if (facts.withoutAlt > 0) add('alt', 'should', facts.withoutAlt)
  if (facts.notUploaded > 0) add('upload', 'should', facts.notUploaded)
  return checks
}
