import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import { useTranslation } from 'react-i18next'
import { chooseLanguage, type Language, languages } from '../../app/i18n.ts'
import { chooseTheme, type Theme, themes, useTheme } from '../../app/theme.ts'
import { RadioGroup as Choices } from '../../ui/toggles.tsx'
import { Section } from './section.tsx'

const names: Record<Language, string> = { en: 'English', de: 'Deutsch' }

/** How the studio looks on this device. */
export function AppearancePage() {
  const { t, i18n } = useTranslation('settings')
  const theme = useTheme()
  const language = languages.find((each) => each === i18n.resolvedLanguage) ?? 'en'
  return (
    <>
      <Section title={t('appearance.theme')}>
        <RadioGroup
          className="theme-choices"
          aria-label={t('appearance.theme')}
          value={theme}
          onChange={(next) => chooseTheme(next as Theme)}
        >
          {themes.map((each) => (
            <Radio key={each} value={each} className="theme-choice">
              <span className="theme-picture" data-picture={each} aria-hidden>
                <span className="theme-picture-half" data-side="light">
                  <ThemeMiniature />
                </span>
                <span className="theme-picture-half" data-side="dark">
                  <ThemeMiniature />
                </span>
              </span>
              {t(`appearance.themes.${each}`)}
            </Radio>
          ))}
        </RadioGroup>
      </Section>
      <Section title={t('appearance.language')} text={t('appearance.languageText')}>
        <Choices
          label={t('appearance.language')}
          hideLabel
          options={languages.map((id) => ({ id, label: names[id] }))}
          value={language}
          onChange={(next) => void chooseLanguage(next)}
        />
      </Section>
    </>
  )
}

/** The frame in a few strokes. */
function ThemeMiniature() {
  return (
    <>
      <i className="mini-rail" />
      <i className="mini-list">
        <b />
        <b data-on="" />
        <b />
      </i>
      <i className="mini-work">
        <b data-title="" />
        <b />
        <b />
      </i>
    </>
  )
}
