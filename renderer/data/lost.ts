import { BehaviorSubject } from 'rxjs'
import type { Lost } from '../../shared/collections/lost.ts'
import type { Plan, Post } from '../../shared/collections/posts.ts'
import { isUsable } from '../../shared/domain/lost-value.ts'
import { fail } from '../../shared/errors.ts'
import { changePost, nextStamp } from './posts/change.ts'
import { loadRichText } from './posts/open-body.ts'
import type { RestoreText } from './posts/restore-text.ts'
import type { LostActions, PostActions, SettingActions, SettingSubject, StudioDatabase } from './types.ts'

type Options = {
  db: StudioDatabase
  posts: PostActions
  settings: SettingActions
  restoreText: RestoreText
  now(): number
  onError(error: unknown): void
}

/** What merges could not keep, newest first, and what an author can do with it. Every act resolves with the way back. */
export function openLost({ db, posts, settings, restoreText, now, onError }: Options) {
  const all$ = new BehaviorSubject<readonly Lost[]>([])
  const subscription = db.lost.find({ sort: [{ at: 'desc' }] }).$.subscribe({
    next: (found) => all$.next(found.map((each) => each.toMutableJSON() as Lost)),
    error: onError,
  })

  async function take(id: string): Promise<Lost> {
    const document = await db.lost.findOne(id).exec()
    if (!document) fail('not_found', 'This version has been dealt with already.')
    return document.toMutableJSON() as Lost
  }
  const remove = async ({ id }: Lost): Promise<void> => {
    await (await db.lost.findOne(id).exec())?.incrementalRemove()
  }
  /** At another time: as it was it would look as if nobody had touched it, while its removal may be on its way. */
  const putBack = async (lost: Lost): Promise<void> => {
    await db.lost.upsert({ ...lost, at: nextStamp(lost.at, Date.parse(lost.at)) })
  }

  async function restorePost({ documentId: id, field, value }: Lost): Promise<() => Promise<void>> {
    if (field === '_deleted') return posts.remove(id)
    if (field === 'body') return restoreBody(id, String(value))
    const before = (await db.posts.findOne(id).exec())?.toMutableJSON() as Post | undefined
    if (!before) fail('not_found', 'This post does not exist any more.')
    if (field === 'plan') {
      await restorePlan(id, value as Plan)
      return () => changePost(db, id, now, () => ({ plan: before.plan }))
    }
    await posts.patch(id, { [field]: value })
    return () => posts.patch(id, { [field]: before[field as keyof Post] })
  }

  async function restorePlan(id: string, { mode, local, zone, late, at }: Plan): Promise<void> {
    if (mode === 'draft') return posts.cancel(id)
    if (!isAhead({ mode, at }, now()))
      fail('schedule_time_invalid', 'This time has passed. Open the post and plan it anew.')
    await posts.schedule(id, { local, zone, late })
  }

  async function restoreBody(id: string, body: string): Promise<() => Promise<void>> {
    const { readBody } = await loadRichText()
    return restoreText(id, readBody(body).json)
  }

  async function restoreSetting({ field, value }: Lost): Promise<() => Promise<void>> {
    const [subject, name] = field.split('.') as [SettingSubject, string]
    const before = (await settings.get(subject))[name as never]
    await settings.patch(subject, { [name]: value })
    return () => settings.patch(subject, { [name]: before })
  }

  async function restoreMedia({ documentId, field, value }: Lost): Promise<() => Promise<void>> {
    const document = await db.media.findOne(documentId).exec()
    if (!document) fail('not_found', 'This picture does not exist any more.')
    const before = document.get(field)
    await document.incrementalPatch({ [field]: value })
    return async () => {
      await document.getLatest().incrementalPatch({ [field]: before })
    }
  }

  const actions: LostActions = {
    async restore(id) {
      const lost = await take(id)
      if (!isUsable(lost)) fail('document_invalid', 'This value is damaged and cannot be brought back.')
      const restoreIn = { posts: restorePost, settings: restoreSetting, media: restoreMedia }[lost.source]
      if (!restoreIn) fail('not_found', 'This studio does not know what this belonged to.')
      const back = await restoreIn(lost)
      await remove(lost)
      return async () => {
        await back()
        await putBack(lost)
      }
    },
    async dismiss(id) {
      const lost = await take(id)
      await remove(lost)
      return () => putBack(lost)
    },
  }
  return {
    all$,
    actions,
    close(): void {
      subscription.unsubscribe()
      all$.complete()
    },
  }
}

/** Restoring a plan must not publish in that moment: only what lies ahead is planned again. */
export const isAhead = ({ mode, at }: Pick<Plan, 'mode' | 'at'>, now: number): boolean =>
  mode === 'schedule' && Date.parse(at) > now
