import { BehaviorSubject } from 'rxjs'
import { Value } from 'typebox/value'
import { type Setting, SettingSchema } from '../../shared/collections/settings.ts'
import { schemaError } from '../../shared/domain/schema-error.ts'
import { nextStamp } from './posts/change.ts'
import { settingDefaults } from './setting-defaults.ts'
import type { SettingActions, SettingSubject, SettingValue, StudioDatabase } from './types.ts'

export type AllSettings = { [S in SettingSubject]: SettingValue<S> }
export const settingSubjects: readonly SettingSubject[] = ['profile', 'publishing', 'calendar']

type Options = { db: StudioDatabase; ownerName: string; now(): number }

/** The author's settings, always whole: what was never chosen has its default. */
export async function openSettings({ db, ownerName, now }: Options) {
  const defaults = settingDefaults(ownerName)
  const read = (stored: Map<string, Setting>): AllSettings => ({
    profile: { ...defaults.profile, ...stored.get('profile')?.profile },
    publishing: { ...defaults.publishing, ...stored.get('publishing')?.publishing },
    calendar: { ...defaults.calendar, ...stored.get('calendar')?.calendar },
  })
  const found = await db.settings.findByIds([...settingSubjects]).exec()
  const plain = (documents: typeof found) =>
    new Map([...documents].map(([id, document]) => [id, document.toMutableJSON() as Setting]))
  const all$ = new BehaviorSubject(read(plain(found)))
  const subscription = db.settings.findByIds([...settingSubjects]).$.subscribe((next) => all$.next(read(plain(next))))

  const actions: SettingActions = {
    get: async (subject) => all$.value[subject],
    async patch(subject, fields) {
      const merge = (stored: Setting | null): Setting => {
        const value = { ...defaults[subject], ...stored?.[subject], ...fields }
        const updatedAt = nextStamp(stored?.updatedAt ?? '', now())
        return { ...(stored ?? { id: subject }), [subject]: value, updatedAt }
      }
      const next = merge(null)
      if (!Value.Check(SettingSchema, next)) throw schemaError(Value.Errors(SettingSchema, next))
      const document = await db.settings.findOne(subject).exec()
      if (document) await document.incrementalModify((stored) => merge(stored as Setting))
      else await db.settings.incrementalUpsert(next)
    },
  }
  return { actions, all$, close: () => subscription.unsubscribe() }
}
