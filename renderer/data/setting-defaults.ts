import { defaultHue } from '../../shared/domain/page/hue.ts'
import type { SettingSubject, SettingValue } from './types.ts'

/** What holds until the author chooses. */
export const settingDefaults = (ownerName: string): { [S in SettingSubject]: SettingValue<S> } => ({
  profile: {
    name: ownerName.slice(0, 80),
    bio: '',
    accentHue: defaultHue,
    theme: 'paper',
    avatar: '',
    cover: '',
    language: 'en',
  },
  publishing: { paused: false, late: 'ask' },
  calendar: { zone: '', weekStart: 0 },
})
