import type { Lost } from '../../../shared/collections/lost.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { Setting } from '../../../shared/collections/settings.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import { readBody } from '../../../shared/domain/richtext/index.ts'
import type { DiskEvent } from './disk.ts'

export type Stored<T> = T & { _deleted: boolean }
export type Final = { posts: Stored<Post>[]; settings: Stored<Setting>[] }

/** Fields whose every value is written once, so that a value names the write. */
const traced = {
  posts: { title: (p: Post) => p.title, summary: (p: Post) => p.summary, plan: (p: Post) => p.plan?.id },
  settings: { 'profile.name': (s: Setting) => s.profile?.name, 'profile.bio': (s: Setting) => s.profile?.bio },
}
type Traced = keyof typeof traced

/** What a device tells of: what its disk saw, and what the studio has promised there. */
export type Note =
  | { kind: 'written'; event: DiskEvent }
  | { kind: 'promised'; collection: Traced; id: string; field: string; value: string }
  | { kind: 'typed'; id: string; word: string }
  | { kind: 'removed'; id: string; undo: number }
  /** The undo of a deletion has resolved. */
  | { kind: 'back'; undo: number }

const isTraced = (collection: string): collection is Traced => collection in traced
const readers = (collection: Traced) =>
  Object.entries(traced[collection]) as [string, (doc: object) => string | undefined][]

/** What settings say before somebody chooses: the name of the person who is signed in. */
export const unchosenName = 'Ana'

/** What became of the writes to one field of one document: which value was written over which. */
type Line = { over: Map<string, Set<string>>; deleted: { value: string; by: Deletion }[] }
/** `stamp`: of the version that was deleted. */
type Deletion = {
  postId: string
  device: string
  undone: boolean
  stamp: string
  tags: readonly string[]
  text: string
}
/** A post is alive again after a deletion: a write like any other. */
type Return = { postId: string; device: string; stamp: string }

/**
 * What all devices of one schedule have written, as their disks saw it. A value may only be gone when somebody who had
 * it before them wrote another over it, deleted the post with it, or when it was set aside. A post that was brought back
 * may only be gone when somebody who had it back deleted it again: each version's stamp is later than those of the
 * versions it came from, whatever the clocks say, so who deleted one with an earlier stamp had not seen it come back.
 */
export function createHistory() {
  const lines = new Map<string, Line>()
  /** The version each device has of each document. */
  const disks = new Map<string, State>()
  const deletions: Deletion[] = []
  const tags = new Map<string, { added: Set<string>; removed: Set<string> }>()
  const words = new Map<string, Set<string>>()
  const created = new Set<string>()
  const returns: Return[] = []
  /** A device's deletions of a post since it was last alive there: what bringing it back takes back. */
  const recent = new Map<string, Deletion[]>()
  const recentOf = (device: string, postId: string) =>
    recent.get(`${device}|${postId}`) ?? put(recent, `${device}|${postId}`, [])
  const undos = new Map<string, { postId: string; deleted: readonly Deletion[] }>()
  const broken: string[] = []
  /** What was written of each document, by its id, for whoever has to find out how something was lost. */
  const log = new Map<string, { at: string; device: string; event: DiskEvent }[]>()
  const noteWrite = (device: string, event: DiskEvent): void => {
    const id = String(event.after.itemId ?? event.after.id)
    const writes = log.get(id) ?? put(log, id, [])
    writes.push({ at: new Date().toISOString(), device, event })
  }
  const lineOf = (key: string): Line => lines.get(key) ?? put(lines, key, { over: new Map(), deleted: [] })
  const tagsOf = (id: string) => tags.get(id) ?? put(tags, id, { added: new Set(), removed: new Set() })

  /** A version that has come to a device's disk. */
  function onWrite(device: string, event: DiskEvent): void {
    noteWrite(device, event)
    const { collection, after, context } = event
    const fromReplication = context.startsWith('replication')
    if (!isTraced(collection)) return
    const id = String(after.id)
    const key = `${device}|${collection}|${id}`
    const before = disks.get(key)
    disks.set(key, after)
    if (fromReplication) {
      if (!after._deleted) recent.delete(`${device}|${id}`)
      return
    }
    for (const [field, read] of readers(collection)) {
      const [old, value] = [before ? (read(before) ?? '') : '', read(after) ?? '']
      const line = lineOf(`${collection}|${id}|${field}`)
      // A value that is known was brought back, by undo or from the host's copy: nobody wrote it over what was there.
      if (old !== value && !line.over.has(value)) line.over.set(value, new Set([old]))
    }
    if (collection === 'posts') onPost(device, id, before as Stored<Post> | undefined, after as never)
  }

  function onPost(device: string, id: string, before: Stored<Post> | undefined, after: Stored<Post>): void {
    created.add(id)
    const { added, removed } = tagsOf(id)
    for (const tag of after.tags) if (!before?.tags.includes(tag)) added.add(tag)
    if (before && !before._deleted) for (const tag of before.tags) if (!after.tags.includes(tag)) removed.add(tag)
    if (!after._deleted && before?._deleted) {
      cameBack(device, id, after.updatedAt, recentOf(device, id))
      recent.delete(`${device}|${id}`)
    }
    if (!after._deleted || !before) return
    const { updatedAt: stamp, tags, text } = after
    const by: Deletion = { postId: id, device, undone: false, stamp, tags, text }
    deletions.push(by)
    recentOf(device, id).push(by)
    for (const [field, read] of readers('posts'))
      lineOf(`posts|${id}|${field}`).deleted.push({ value: read(after) ?? '', by })
  }

  function cameBack(device: string, postId: string, stamp: string, deleted: readonly Deletion[]): void {
    returns.push({ device, postId, stamp })
    for (const each of deleted) each.undone = true
  }

  /** Every value that the given one was written over, and itself. */
  function ancestors(line: Line, from: Iterable<string>): Set<string> {
    const seen = new Set<string>()
    const open = [...from]
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      if (seen.has(value)) continue
      seen.add(value)
      open.push(...(line.over.get(value) ?? []))
    }
    return seen
  }

  function onNote(device: string, note: Note): void {
    switch (note.kind) {
      case 'written':
        onWrite(device, note.event)
        return
      case 'promised': {
        const { collection, id, field, value } = note
        const isWritten =
          field === 'tags' ? tagsOf(id).added.has(value) : lineOf(`${collection}|${id}|${field}`).over.has(value)
        const { _meta, body, ...there } = disks.get(`${device}|${collection}|${id}`) ?? {}
        if (!isWritten)
          broken.push(`${device} was promised «${value}», and it was not on the disk: ${JSON.stringify(there)}`)
        return
      }
      case 'typed':
        ;(words.get(note.id) ?? put(words, note.id, new Set())).add(note.word)
        return
      case 'removed':
        undos.set(`${device}|${note.undo}`, { postId: note.id, deleted: [...recentOf(device, note.id)] })
        return
      case 'back': {
        const { postId: id, deleted } = undos.get(`${device}|${note.undo}`)!
        const there = disks.get(`${device}|posts|${id}`) as Stored<Post>
        const sawItBack = !there._deleted || returns.some((each) => each.postId === id && each.device === device)
        if (!sawItBack) broken.push(`${device} was promised that ${id} is back, and it was not on the disk`)
        // Another device may have gone on with it, and then there was nothing to write.
        if (!there._deleted) cameBack(device, id, there.updatedAt, deleted)
      }
    }
  }

  return {
    onNote,
    /** All writes of a document in the order they were told of, a line for each. */
    trace: (id: string): string[] => (log.get(id) ?? []).map(asLine),
    /** What should be there and is not, or is there twice; empty when all is well. */
    faults(final: Final, setAside: readonly Lost[]): string[] {
      const found = [...broken]
      const posts = new Map(final.posts.map((each) => [each.id, each]))
      const byName: Record<Traced, Map<string, object>> = {
        posts: posts as Map<string, object>,
        settings: new Map(final.settings.map((each) => [each.id as string, each])),
      }
      /** Deletions that took what they knew with them. */
      const effective = (id: string) => deletions.filter((each) => each.postId === id && !each.undone)

      for (const [key, line] of lines) {
        const [collection, id, field] = key.split('|') as [Traced, string, string]
        const read = (traced[collection] as Record<string, (doc: object) => string | undefined>)[field]!
        const document = byName[collection].get(id)
        const kept = [
          ...(document ? [read(document) ?? ''] : []),
          ...setAside
            .filter((row) => row.source === collection && row.documentId === id && row.field === field)
            .map(({ value }) => (field === 'plan' ? (value as Post['plan']).id : String(value))),
          ...line.deleted
            .filter(({ by }) => collection === 'posts' && effective(id).includes(by))
            .map(({ value }) => value),
        ]
        const covered = ancestors(line, kept)
        for (const value of line.over.keys())
          if (value !== '' && value !== unchosenName && !covered.has(value))
            found.push(`${key}: «${value}» is gone; there is ${kept.join(', ')}`)
      }

      for (const [id, { added, removed }] of tags) {
        const document = posts.get(id)
        for (const tag of added)
          if (!document?.tags.includes(tag) && !removed.has(tag) && !effective(id).some((by) => by.tags.includes(tag)))
            found.push(`posts|${id}|tags: «${tag}» is gone`)
        if (document && new Set(document.tags).size !== document.tags.length)
          found.push(`posts|${id}|tags: one is there twice: ${document.tags}`)
      }

      for (const [id, typed] of words) {
        const document = posts.get(id)
        const there = document && !document._deleted ? document.text.split(/\s+/) : []
        for (const word of typed) {
          const times = there.filter((each) => each === word).length
          if (times > 1) found.push(`posts|${id}|body: «${word}» is there ${times} times`)
          const wasDeleted = effective(id).some((by) => by.text.split(/\s+/).includes(word))
          if (times === 0 && !wasDeleted) found.push(`posts|${id}|body: «${word}» is gone`)
        }
      }
      for (const post of final.posts) {
        if (!created.has(post.id)) found.push(`posts|${post.id}: nobody made it`)
        if (!post._deleted && readBody(post.body).text !== post.text)
          found.push(`posts|${post.id}: the words beside the text are another's`)
      }
      for (const { postId, device, stamp } of returns) {
        const wasSeen = deletions.some((each) => each.postId === postId && !each.undone && each.stamp >= stamp)
        if (posts.get(postId)?._deleted !== false && !wasSeen)
          found.push(`posts|${postId}: ${device} brought it back, and it is deleted by nobody who had seen that`)
      }
      if (posts.size !== final.posts.length) found.push('a post is there twice')
      for (const id of created)
        if (!posts.has(id) && !deletions.some((each) => each.postId === id)) found.push(`posts|${id} is gone`)
      return found
    },
  }
}

export type History = ReturnType<typeof createHistory>

/** RxDB's notes of what the server has are documents, too: of the document `itemId`. */
function asLine({ at, device, event }: { at: string; device: string; event: DiskEvent }): string {
  const { itemId, docData = event.after } = event.after as State & { docData?: State }
  const { body, text, words, images, ...told } = docData as State
  return `${at} ${device}, ${itemId ? 'notes of the server' : event.collection}, ${event.context}: ${JSON.stringify(told)}`
}

function put<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value)
  return value
}
