import { useTranslation } from 'react-i18next'
import { languages } from '../../app/i18n.ts'
import { useSetting, useStudio } from '../../data/index.ts'
import type { SettingValue } from '../../data/types.ts'
import { TextArea, TextField } from '../../ui/fields.tsx'
import { Select } from '../../ui/select.tsx'
import { RadioGroup } from '../../ui/toggles.tsx'
import { HueSlider } from './hue-slider.tsx'
import { PagePreview } from './page-preview.tsx'
import { PictureField } from './picture-field.tsx'
import { Section } from './section.tsx'
import { useAutosave } from './use-autosave.ts'

type Profile = SettingValue<'profile'>
const pageThemes = ['paper', 'ink', 'plain'] as const satisfies readonly Profile['theme'][]
const languageNames: Record<string, string> = { en: 'English', de: 'Deutsch' }

/** What readers see of the creator. Saved as it is written; the public page follows when the server has it. */
export function ProfilePage() {
  const { t } = useTranslation('settings')
  const studio = useStudio()
  const profile = useSetting('profile')
  const save = (fields: Partial<Profile>) => studio.settings.patch('profile', fields)
  const name = useAutosave(profile.name, (text) => save({ name: text.trim() }))
  const bio = useAutosave(profile.bio, (text) => save({ bio: text.trim() }))
  // A page may be in a language the studio does not speak; then it is offered as it stands.
  const offered = [...new Set<string>([...languages, profile.language].filter(Boolean))]

  return (
    <>
      <PagePreview profile={{ ...profile, name: name.value, bio: bio.value }} />
      <Section title={t('profile.who')}>
        <TextField label={t('profile.name')} maxLength={80} {...name} />
        <TextArea label={t('profile.bio')} hint={t('profile.bioHint')} rows={3} maxLength={500} {...bio} />
        <PictureField
          label={t('profile.avatar')}
          shape="round"
          hash={profile.avatar}
          onChange={(avatar) => save({ avatar })}
        />
        <PictureField
          label={t('profile.cover')}
          shape="wide"
          hash={profile.cover}
          onChange={(cover) => save({ cover })}
        />
      </Section>
      <Section title={t('profile.look')}>
        <RadioGroup
          label={t('profile.theme')}
          options={pageThemes.map((id) => ({
            id,
            label: t(`profile.themes.${id}.name`),
            hint: t(`profile.themes.${id}.hint`),
          }))}
          value={profile.theme}
          onChange={(theme) => void save({ theme })}
        />
        <HueSlider
          label={t('profile.accent')}
          value={profile.accentHue}
          onChange={(accentHue) => save({ accentHue })}
        />
        <Select
          label={t('profile.language')}
          hint={t('profile.languageHint')}
          options={offered.map((id) => ({ id, label: languageNames[id] ?? id }))}
          value={profile.language || null}
          onChange={(language) => void save({ language })}
        />
      </Section>
    </>
  )
}
