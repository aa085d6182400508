import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../shared/collections/posts.ts'
import { type Content, type Decision, receive, remove, settle, wantsContent } from './decide.ts'
import { isPending, outcomeOf, type Publication } from './publication.ts'

const minute = 60_000

type World = { row: Publication | null; now: number; paused: boolean; published: string[]; shown: boolean }
type Version = {
  mode: Plan['mode']
  newPlan: boolean
  dueIn: number
  late: Plan['late']
  release: boolean
  withdraw: 'no' | 'new' | 'older'
  missing: boolean
  broken: boolean
}
type Step =
  | ({ kind: 'save' } & Version)
  | { kind: 'again' | 'delete' | 'due' | 'picture' }
  | { kind: 'pause'; on: boolean }
  | { kind: 'wait'; minutes: number }

const flag = (weight: number) =>
  fc.oneof({ weight: 10, arbitrary: fc.constant(false) }, { weight, arbitrary: fc.constant(true) })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('save' as const),
      mode: fc.constantFrom<Plan['mode']>('draft', 'schedule', 'now'),
      newPlan: fc.boolean(),
      dueIn: fc.integer({ min: -40, max: 40 }),
      late: fc.constantFrom<Plan['late']>('ask', 'publish', 'skip'),
      release: flag(4),
      // `older`: asked for before the newest plan was made, and heard of only now.
      withdraw: fc.oneof(
        { weight: 10, arbitrary: fc.constant('no' as const) },
        { weight: 3, arbitrary: fc.constantFrom('new' as const, 'older' as const) },
      ),
      missing: flag(4),
      broken: flag(2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('again' as const, 'due' as const, 'picture' as const).map((kind) => ({ kind })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'delete' as const }) },
  { weight: 1, arbitrary: fc.boolean().map((on) => ({ kind: 'pause' as const, on })) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 30 }).map((minutes) => ({ kind: 'wait' as const, minutes })) },
)

/** Carries decisions out as the server does, but in memory. */
function play(steps: readonly Step[], check: (world: World, decision: Decision | null, step: Step) => void): void {
  const world: World = { row: null, now: Date.UTC(2026, 5, 1), paused: false, published: [], shown: false }
  let counter = 0
  const id = () => `id${String(++counter).padStart(6, '0')}`
  let plan: Plan = { id: id(), mode: 'draft', local: '', zone: '', at: '', late: 'ask' }
  let dueAt: number | null = null
  let [release, withdrawn, older] = ['', '', id()]
  let content: Content = { needs: [], missing: [], problem: null }

  const publish = (as: 'publish' | 'update') => {
    const row = world.row!
    if (as === 'publish') world.published.push(row.planId)
    world.row = {
      ...row,
      live: true,
      revision: row.revision + 1,
      publishedAt: row.publishedAt ?? world.now,
      release,
      pendingRelease: '',
      problem: null,
      ...(as === 'publish' ? { state: 'published', missing: [] } : {}),
    }
    world.shown = true
  }
  const apply = (decision: Decision) => {
    world.row = decision.row
    if (decision.effects.withdraw) world.shown = false
    if (decision.effects.restore) world.shown = true
    if (decision.effects.release) publish('update')
  }
  const take = (): Decision => {
    const post = { id: 'p', plan, release, withdrawn, updatedAt: `v${counter}` }
    const facts = {
      content: wantsContent(world.row, post) ? content : null,
      dueAt: plan.mode === 'now' ? world.now : dueAt,
      zoneData: 'x',
      planDone: world.published.includes(plan.id),
    }
    return receive(world.row, post, facts, world)
  }

  for (const one of steps) {
    let decision: Decision | null = null
    switch (one.kind) {
      case 'save':
        if (one.newPlan) {
          older = id()
          plan = { id: id(), mode: one.mode, local: '', zone: '', at: '', late: one.late }
          dueAt = one.mode === 'schedule' ? world.now + one.dueIn * minute : null
        }
        if (one.release) release = id()
        if (one.withdraw !== 'no') withdrawn = one.withdraw === 'new' ? id() : older
        content = {
          needs: one.missing ? ['x'] : [],
          missing: one.missing ? ['x'] : [],
          problem: one.broken ? { code: 'body_invalid', message: 'Broken.' } : null,
        }
        decision = take()
        apply(decision)
        break
      case 'again':
        if (!world.row || world.row.deleted) break
        decision = take()
        apply(decision)
        break
      case 'delete':
        if (!world.row || world.row.deleted) break
        decision = remove(world.row)
        apply(decision)
        break
      case 'picture':
        content = { ...content, missing: [] }
        if (!world.row || world.row.missing.length === 0) break
        if (world.row.pendingRelease !== '') {
          world.row = { ...world.row, missing: [], pendingRelease: '' }
          publish('update')
        }
        if (isPending(world.row)) world.row = settle(world.row, content, world, 'arrived')
        break
      case 'pause':
        world.paused = one.on
        if (!world.row) break
        if (one.on && ['scheduled', 'claimed', 'waiting'].includes(world.row.state))
          world.row = settle(world.row, null, world, 'edited')
        if (!one.on && world.row.state === 'held') world.row = settle(world.row, content, world, 'resumed')
        break
      case 'wait':
        world.now += one.minutes * minute
        break
      case 'due':
        if (world.row?.state !== 'scheduled' || world.row.dueAt! > world.now) break
        world.row = settle({ ...world.row, state: 'claimed' }, content, { now: world.now, paused: false }, 'due')
        if (world.row.state === 'claimed') publish('publish')
        break
    }
    check(world, decision, one)
  }
}

const steps = fc.array(step, { minLength: 1, maxLength: 40 })

test('property: no plan is carried out twice, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(steps, (list) => play(list, ({ published }) => expect(new Set(published).size).toBe(published.length))),
    { numRuns: 3000 },
  )
})

test('property: taking the same version in again changes nothing', () => {
  fc.assert(
    fc.property(steps, (list) => {
      let before: Publication | null = null
      play([...list, { kind: 'again' }, { kind: 'again' }], ({ row }, decision, { kind }) => {
        if (kind === 'again' && decision && before && !before.deleted && before.state === row!.state) {
          expect(decision.effects).toEqual({ withdraw: false, restore: false, release: false, enqueue: false })
          expect({ ...row, receivedAt: 0, receivedVersion: '' }).toEqual({
            ...before,
            receivedAt: 0,
            receivedVersion: '',
          })
        }
        before = row
      })
    }),
    { numRuns: 3000 },
  )
})

test('property: what the row says is public is what readers see, and the outcome agrees', () => {
  fc.assert(
    fc.property(steps, (list) =>
      play(list, ({ row, shown, paused }) => {
        if (!row) return
        expect(row.live && !row.deleted).toBe(shown)
        const outcome = outcomeOf({ ...row, slug: 's' }, 'ada')
        expect(outcome.path !== '').toBe(shown)
        if (row.state === 'scheduled') expect(row.dueAt).not.toBeNull()
        if (row.state === 'waiting') expect(row.missing).not.toEqual([])
        if (row.state === 'failed') expect(row.problem).not.toBeNull()
        if (row.deleted) expect(isPending(row)).toBe(false)
        // Under pause-all nothing is on its way.
        if (paused) expect(['scheduled', 'waiting', 'claimed']).not.toContain(row.state)
      }),
    ),
    { numRuns: 3000 },
  )
})

test('property: a take-down older than a pending plan takes the page down and leaves the plan alone', () => {
  fc.assert(
    fc.property(steps, (list) => {
      let before: Publication | null = null
      play(list, ({ row }, _decision, one) => {
        const planned = before !== null && !before.deleted && (isPending(before) || before.state === 'failed')
        if (one.kind === 'save' && one.withdraw === 'older' && !one.newPlan && planned)
          expect(['draft', 'published', 'withdrawn']).not.toContain(row!.state)
        before = row
      })
    }),
    { numRuns: 3000 },
  )
})
