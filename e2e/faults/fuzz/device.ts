import { setTimeout as pause } from 'node:timers/promises'
import * as Y from 'yjs'
import { bare } from '../../../renderer/data/conflicts.ts'
import type { OpenedStudio } from '../../../renderer/data/studio.ts'
import { memoryStore, openDevice, rescueHost } from '../../../renderer/data/testing/devices.ts'
import type { OpenBody, SyncStatus } from '../../../renderer/data/types.ts'
import { collectionNames } from '../../../shared/collections/index.ts'
import type { Lost } from '../../../shared/collections/lost.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import { canonicalJson } from '../../../shared/domain/merge/json.ts'
import { bodyField } from '../../../shared/domain/richtext/index.ts'
import { GroverError } from '../../../shared/errors.ts'
import { layWire, type Wire } from '../../doubles/wire.ts'
import { createDisk } from './disk.ts'
import { type Note, unchosenName } from './history.ts'
import { type Random, seededRandom } from './random.ts'

const dayMs = 86_400_000

export type DeviceWish = {
  name: string
  /** Of the schedule, and of this device's own choices. */
  schedule: number
  seed: number
  port: number
  token: string
  workspaceId: string
}

export type Device = Awaited<ReturnType<typeof createDevice>>
type Call = (input: unknown) => Promise<unknown>
type Undo = { id: number; postId: string; undo: () => Promise<void> }
type Window = {
  studio: OpenedStudio
  wire: Wire
  editors: Map<string, OpenBody>
  /** What one hand is writing in: two changes of a field in one moment become one write, and the first is never seen. */
  busy: Set<string>
  undos: Undo[]
  kill(): void
  gone: Promise<'gone'>
}

/** One device of an author who does anything at any time: a disk and a host that last, and a window that may be killed. */
export async function createDevice(wish: DeviceWish, tell: (note: Note) => void) {
  const { name } = wish
  const random = seededRandom(wish.seed)
  const disk = createDisk(random.fork(), (event) => tell({ kind: 'written', event }))
  const host = rescueHost()
  const memory = memoryStore()
  let count = 0
  let isCalm = false
  /** Told when the answer to the next push is lost. The worst moments are chosen: chance would take too long to find them. */
  let losesNextPush: (() => void) | null = null
  const unique = (what: string) => `${what}-${wish.schedule}-${name}-${++count}-`

  async function openWindow(): Promise<Window> {
    const weather = random.fork()
    const wire: Wire = await layWire(wish.port, {
      delayMs: () => (!isCalm && weather.chance(0.2) ? weather.below(60) : 0),
      losesAnswer(isPush) {
        const isChosen = isPush && losesNextPush !== null
        if (isCalm || !(isChosen || weather.chance(0.08))) return false
        // Mostly a line that loses an answer is gone for a while.
        if (isChosen || weather.chance(0.6)) {
          losesNextPush?.()
          losesNextPush = null
          wire.cut()
          setTimeout(() => wire.mend(), weather.below(1500))
        }
        return true
      },
      repeatsAfterMs: () => (!isCalm && weather.chance(0.08) ? weather.below(300) : null),
    })
    const { storage, kill } = disk.openWindow()
    // Off by days, and by others after each start.
    const clockMs = (random.below(5) - 2) * dayMs
    const { promise: gone, resolve } = Promise.withResolvers<'gone'>()
    let isGone = false
    const alive =
      (work: Call): Call =>
      (input) =>
        isGone ? new Promise<never>(() => {}) : work(input)
    const { rescue } = host as unknown as { rescue: Record<string, Call> }
    const { studio } = await openDevice({
      url: wire.url,
      token: wish.token,
      workspaceId: wish.workspaceId,
      name: unchosenName,
      storage,
      // A browser takes a dead window's lock away; here nobody would.
      locks: { request: async (_name: string, _options: unknown, work: () => Promise<void>) => work() } as never,
      databaseName: `fuzz-${wish.schedule}-${name}`,
      memory: {
        get length() {
          return memory.length
        },
        key: memory.key,
        getItem: memory.getItem,
        setItem: (key, value) => void (isGone || memory.setItem(key, value)),
        removeItem: (key) => void (isGone || memory.removeItem(key)),
      },
      host: {
        ...host,
        rescue: Object.fromEntries(Object.entries(rescue).map(([each, work]) => [each, alive(work)])) as never,
      },
      now: () => Date.now() + clockMs,
    })
    return {
      studio,
      wire,
      editors: new Map(),
      busy: new Set(),
      undos: [],
      gone,
      kill() {
        isGone = true
        kill()
        wire.cut()
        // It cannot touch anything any more; this only ends its timers.
        void studio.sync.stop()
        // At once: RxDB's open core counts what is open.
        for (const collection of Object.values(studio.db.collections)) void collection.close()
        void wire.close()
        resolve('gone')
      },
    }
  }

  let window = await openWindow()
  let opening: Promise<void> | null = null

  /** The window ends from one moment to the next, and another opens on the same disk. */
  function killWindow(): Promise<void> {
    opening ??= (async () => {
      window.kill()
      window = await openWindow()
    })().finally(() => {
      opening = null
    })
    return opening
  }

  async function somePost(): Promise<Post | undefined> {
    const posts = await window.studio.db.posts.find().exec()
    if (posts.length === 0) return undefined
    // Mostly the oldest, which all devices have: there they meet.
    const from = random.chance(0.7) ? posts.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, 2) : posts
    return random.one(from).toMutableJSON() as Post
  }

  async function type(post: Post): Promise<void> {
    const { editors, studio } = window
    const body = editors.get(post.id) ?? (await studio.openBody(post.id))
    editors.set(post.id, body)
    const word = unique('word')
    writeWord(body.doc, word, random)
    if (random.chance(0.3)) return
    await body.save()
    tell({ kind: 'typed', id: post.id, word })
    if (!random.chance(0.5)) return
    editors.delete(post.id)
    await body.dispose()
  }

  async function changeSettings(): Promise<void> {
    const field = random.one(['name', 'bio'] as const)
    const value = unique(field)
    await window.studio.settings.patch('profile', { [field]: value })
    tell({ kind: 'promised', collection: 'settings', id: 'profile', field: `profile.${field}`, value })
  }

  async function remove(postId: string): Promise<Undo> {
    const undo = await window.studio.posts.remove(postId)
    tell({ kind: 'removed', id: postId, undo: ++count })
    return { id: count, postId, undo }
  }

  async function bringBack({ id, undo }: Undo): Promise<void> {
    await undo()
    tell({ kind: 'back', undo: id })
  }

  async function bringBackLast(): Promise<void> {
    const last = window.undos.at(-1)
    if (!last || window.busy.has(last.postId)) return
    window.undos.pop()
    await withHandOn(last.postId, () => bringBack(last))
  }

  /**
   * Deletes a post and takes that back, before it is known whether anybody has heard of the deletion. Often in the worst
   * moment there is: the server has, but its answer is lost, and the window ends before it can ask again.
   */
  async function regret(): Promise<void> {
    const { db, sync } = window.studio
    const { id } = random.one(await db.posts.find().exec())
    const isWorst = random.chance(0.6)
    await withHandOn(id, async () => {
      if (isWorst) {
        window.wire.mend()
        sync.nudge()
        const isSafe = ({ phase, waiting }: SyncStatus) => phase === 'live' && waiting === 0
        for (let i = 0; i < 60 && !isSafe(sync.status$.value); i++) await pause(50)
      }
      const lost = new Promise<void>((resolve) => {
        losesNextPush = isWorst ? resolve : null
      })
      const removed = await remove(id)
      await Promise.race([lost, pause(isWorst ? 1000 : random.below(250))])
      await bringBack(removed)
      if (isWorst) await killWindow()
    })
  }

  /** Does nothing where a hand is at work already. */
  async function withHandOn(place: string, work: () => Promise<void>): Promise<void> {
    const { busy } = window
    if (busy.has(place)) return
    busy.add(place)
    await work().finally(() => busy.delete(place))
  }

  const actions: [weight: number, (post: Post) => Promise<void>][] = [
    [
      14,
      async ({ id }) => {
        const title = unique('title')
        await window.studio.posts.patch(id, { title })
        tell({ kind: 'promised', collection: 'posts', id, field: 'title', value: title })
      },
    ],
    [
      10,
      async ({ id }) => {
        const summary = unique('summary')
        await window.studio.posts.patch(id, { summary })
        tell({ kind: 'promised', collection: 'posts', id, field: 'summary', value: summary })
      },
    ],
    [
      10,
      async ({ id, tags }) => {
        const tag = unique('tag')
        await window.studio.posts.patch(id, { tags: [...tags, tag].slice(-12) })
        tell({ kind: 'promised', collection: 'posts', id, field: 'tags', value: tag })
      },
    ],
    [
      4,
      async ({ id, tags }) => {
        const out = random.below(Math.max(1, tags.length))
        await window.studio.posts.patch(id, { tags: tags.filter((_, i) => i !== out) })
      },
    ],
    [
      6,
      ({ id }) =>
        window.studio.posts.schedule(id, { local: `2031-0${1 + random.below(9)}-15T10:00:00`, zone: 'Europe/Berlin' }),
    ],
    [3, ({ id }) => window.studio.posts.cancel(id)],
    [24, type],
    [5, async ({ id }) => void window.undos.push(await remove(id))],
    [6, regret],
    [4, bringBackLast],
    [6, changeSettings],
  ]
  const total = actions.reduce((sum, [weight]) => sum + weight, 0)

  async function act(): Promise<void> {
    const post = await somePost()
    if (!post || random.chance(0.08)) {
      const title = unique('title')
      const id = await window.studio.posts.create({ title })
      tell({ kind: 'promised', collection: 'posts', id, field: 'title', value: title })
      return
    }
    let rest = random.below(total)
    const [, action] = actions.find(([weight]) => {
      rest -= weight
      return rest < 0
    })!
    // These take a post of their own choice in hand.
    if (action === bringBackLast || action === regret) return await action(post)
    await withHandOn(action === changeSettings ? 'settings' : post.id, () => action(post))
  }

  return {
    /** Does something, which a kill may end in the middle. */
    async act(): Promise<void> {
      const acting = act().catch((error: unknown) => {
        // Another device has deleted the post meanwhile, and this one is told.
        if (!(error instanceof GroverError && error.code === 'not_found')) throw error
      })
      await Promise.race([acting, window.gone])
    },
    cut: async () => window.wire.cut(),
    async mend(): Promise<void> {
      window.wire.mend()
      window.studio.sync.nudge()
    },
    nudge: async () => window.studio.sync.nudge(),
    killWindow,
    /** Nothing more is typed, and the line is good from now on. */
    async settle(): Promise<void> {
      isCalm = true
      // The last thing done may have been to kill the window.
      await opening
      for (const [id, body] of window.editors)
        await body.dispose().catch((error: unknown) => {
          if (!(error instanceof GroverError && error.code === 'not_found')) throw error
          window.editors.delete(id)
        })
      window.wire.mend()
      window.studio.sync.nudge()
    },
    status: async (): Promise<SyncStatus> => window.studio.sync.status$.value,
    async documents(): Promise<Map<string, string>> {
      const all = new Map<string, string>()
      for (const name of collectionNames)
        for (const document of await window.studio.db.collections[name].find().exec())
          all.set(`${name}|${document.get('id')}`, canonicalJson(bare(document.toMutableJSON() as State)))
      return all
    },
    setAside: async (): Promise<Lost[]> =>
      (await window.studio.db.lost.find().exec()).map((row) => row.toMutableJSON() as Lost),
    async close(): Promise<void> {
      window.kill()
    },
  }
}

/** As a writer does: a paragraph of its own, or before or after what another paragraph says. */
function writeWord(doc: Y.Doc, word: string, random: Random): void {
  const fragment = doc.getXmlFragment(bodyField)
  const paragraphs = fragment.toArray()
  const some = paragraphs.length > 0 && random.chance(0.6) ? random.one(paragraphs) : undefined
  const text = some instanceof Y.XmlElement ? some.get(0) : undefined
  if (text instanceof Y.XmlText) {
    if (random.chance(0.5)) text.insert(text.length, ` ${word}`)
    else text.insert(0, `${word} `)
    return
  }
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(word)])
  fragment.insert(random.below(fragment.length + 1), [paragraph])
}
