import { describe, expect, test } from 'vitest'
import type { Outcome } from '../collections/outcomes.ts'
import type { Plan } from '../collections/posts.ts'
import { type PostFacts, postState, type ReceiptSync, type ServerCopy, safetyReceipt } from './post-state.ts'

const now = Date.UTC(2026, 5, 1, 9)
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
const plan = (mode: Plan['mode'], minutes = 60, id = 'plan1'): Plan => ({
  id,
  mode,
  local: '',
  zone: '',
  at: mode === 'draft' ? '' : at(minutes),
  late: 'ask',
})
const post = (fields: Partial<PostFacts> = {}): PostFacts & { id: string } => ({
  id: 'p',
  plan: plan('draft'),
  release: '',
  withdrawn: '',
  updatedAt: 'v1',
  ...fields,
})
const outcome = (fields: Partial<Outcome> = {}): Outcome => ({
  id: 'p',
  kind: 'post',
  state: 'draft',
  planId: '',
  release: '',
  withdrawn: '',
  receivedAt: at(-10),
  receivedVersion: 'v1',
  dueAt: '',
  publishedAt: '',
  publishedVersion: '',
  revision: 0,
  slug: '',
  path: '',
  missing: [],
  problem: null,
  ...fields,
})
const shown = { publishedAt: at(-60), publishedVersion: 'v1', path: '/@ada/p', revision: 1, planId: 'plan1' }
const scheduled = { state: 'scheduled', planId: 'plan1', dueAt: at(60) } as const
const online = { phase: 'live', refused: [] }

describe('the state of a post', () => {
  const cases: [string, PostFacts, Outcome | null, string][] = [
    ['draft', post(), null, 'a draft on this device'],
    ['draft', post(), outcome(), 'a draft that the server has'],
    ['scheduled', post({ plan: plan('schedule') }), null, 'planned with no network'],
    ['scheduled', post({ plan: plan('schedule', -15) }), null, 'its time just passed, with no network'],
    ['late', post({ plan: plan('schedule', -16) }), null, 'its time passed with no network'],
    ['scheduled', post({ plan: plan('now', -600) }), null, 'to be published as soon as there is a network'],
    ['scheduled', post({ plan: plan('schedule') }), outcome(scheduled), 'promised by the server'],
    [
      'scheduled',
      post({ plan: plan('schedule', 90, 'plan2') }),
      outcome({ ...scheduled, state: 'late' }),
      'moved here, not told yet',
    ],
    ['draft', post({ plan: plan('draft', 0, 'plan2') }), outcome(scheduled), 'cancelled here, not told yet'],
    [
      'waiting',
      post({ plan: plan('now') }),
      outcome({ state: 'waiting', planId: 'plan1', missing: ['x'] }),
      'without its picture',
    ],
    ['held', post({ plan: plan('schedule') }), outcome({ ...scheduled, state: 'held' }), 'under pause-all'],
    ['late', post({ plan: plan('schedule', -60) }), outcome({ ...scheduled, state: 'late' }), 'the author is asked'],
    [
      'skipped',
      post({ plan: plan('schedule', -60) }),
      outcome({ ...scheduled, state: 'skipped' }),
      'skipped by its rule',
    ],
    ['failed', post({ plan: plan('now') }), outcome({ state: 'failed', planId: 'plan1' }), 'failed'],
    ['published', post({ plan: plan('now') }), outcome({ state: 'published', ...shown }), 'public'],
    [
      'changed',
      post({ plan: plan('now'), updatedAt: 'v2' }),
      outcome({ state: 'published', ...shown }),
      'public, edited since',
    ],
    [
      'published',
      post({ plan: plan('draft', 0, 'plan2') }),
      outcome({ state: 'published', ...shown, planId: '' }),
      'public, with a later plan cancelled',
    ],
    [
      'withdrawn',
      post({ plan: plan('now'), withdrawn: 'w' }),
      outcome({ state: 'withdrawn', ...shown, path: '', withdrawn: 'w' }),
      'taken down',
    ],
    [
      'published',
      post({ plan: plan('now'), withdrawn: 'w' }),
      outcome({ state: 'published', ...shown }),
      'to be taken down, but readers still see it',
    ],
  ]
  test.each(cases.map(([state, p, o, what]) => ({ state, p, o, what })))('$what: $state', ({ state, p, o }) => {
    expect(postState(p, o, now)).toBe(state)
  })
})

describe('the safety receipt', () => {
  const receipt = (
    p: PostFacts & { id: string },
    o: Outcome | null,
    sync: ReceiptSync = online,
    copy: ServerCopy['version'] = o ? (o.receivedVersion === p.updatedAt ? 'same' : 'older') : 'none',
  ) => safetyReceipt(p, o, { version: copy, since: copy === 'same' ? at(-5) : '' }, sync, now)

  test('rises from this device to the server, to a promise, to the page', () => {
    const planned = post({ plan: plan('schedule') })
    expect(receipt(planned, null)).toMatchObject({ level: 'device', unsynced: true, pending: 'plan', dueAt: at(60) })
    expect(receipt(post(), outcome())).toMatchObject({ level: 'server', unsynced: false, pending: null })
    expect(receipt(planned, outcome(scheduled))).toMatchObject({ level: 'promised', unsynced: false, dueAt: at(60) })
    expect(receipt(post({ plan: plan('now') }), outcome({ state: 'published', ...shown }))).toMatchObject({
      level: 'published',
      path: '/@ada/p',
    })
  })

  test('a draft of which the server has nothing to tell is there when its answer to the push says so', () => {
    const draft = (copy: ServerCopy['version']) => receipt(post(), null, online, copy)
    expect(draft('unknown')).toMatchObject({ level: 'device', unsynced: true, looked: false, receivedAt: '' })
    expect(draft('none')).toMatchObject({ level: 'device', unsynced: true, receivedAt: '' })
    expect(draft('older')).toMatchObject({ level: 'server', unsynced: true, receivedAt: '' })
    expect(draft('same')).toMatchObject({ level: 'server', unsynced: false, receivedAt: at(-5) })
    // Its answer to the plan may be here before anybody has looked, and its answer to the push before that of the plan.
    const answered = receipt(post(), outcome(), online, 'unknown')
    expect(answered).toMatchObject({ unsynced: false, looked: true, receivedAt: at(-10) })
    const stale = receipt(post({ updatedAt: 'v2' }), outcome(), online, 'same')
    expect(stale).toMatchObject({ level: 'server', unsynced: false, receivedAt: at(-5) })
    // The server has it, and has not yet said what becomes of the plan.
    const planned = receipt(post({ plan: plan('schedule') }), null, online, 'same')
    expect(planned).toMatchObject({ level: 'server', unsynced: false, pending: 'plan' })
    expect(receipt(post({ plan: plan('schedule') }), null, online, 'older')).toMatchObject({ level: 'device' })
  })

  test('promises nothing that the server has not promised', () => {
    const planned = post({ plan: plan('schedule', 60, 'plan2'), updatedAt: 'v2' })
    expect(receipt(planned, outcome(scheduled))).toMatchObject({ level: 'device', unsynced: true, pending: 'plan' })
    for (const state of ['held', 'waiting', 'late', 'failed', 'skipped'] as const) {
      const answer = receipt(post({ plan: plan('schedule') }), outcome({ ...scheduled, state }))
      expect(answer.level, state).toBe('server')
    }
  })

  test('a later edit leaves the promise, and says that the edit is not in it', () => {
    const edited = post({ plan: plan('schedule'), updatedAt: 'v2' })
    expect(receipt(edited, outcome(scheduled))).toMatchObject({ level: 'promised', unsynced: true })
  })

  test('tells what was asked for and has not happened', () => {
    const up = outcome({ state: 'published', ...shown, receivedVersion: 'v1' })
    expect(receipt(post({ plan: plan('now'), release: 'r', updatedAt: 'v2' }), up).pending).toBe('release')
    expect(receipt(post({ plan: plan('now'), withdrawn: 'w', updatedAt: 'v2' }), up).pending).toBe('withdrawal')
    expect(receipt(post({ plan: plan('draft', 0, 'plan2'), updatedAt: 'v2' }), outcome(scheduled)).pending).toBe(
      'cancel',
    )
  })

  test('shows the server’s time where its zone data differs', () => {
    const moved = outcome({ ...scheduled, dueAt: at(0) })
    expect(receipt(post({ plan: plan('schedule') }), moved)).toMatchObject({ dueAt: at(0), dueMoved: true })
  })

  test('a refusal of the push is the problem to show', () => {
    const refused = [{ collection: 'posts', id: 'p', code: 'slug_invalid', message: 'No.' }]
    expect(receipt(post(), null, { phase: 'live', refused }).problem).toEqual({ code: 'slug_invalid', message: 'No.' })
    expect(receipt(post(), null, null).offline).toBe(true)
  })
})
