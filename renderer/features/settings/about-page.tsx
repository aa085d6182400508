import { useTranslation } from 'react-i18next'
import { useHostInfo } from '../../app/host-context.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Mark } from '../account/mark.tsx'
import { Fact, Section } from './section.tsx'

const systems: Record<string, string> = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' }

/** What runs here, and what this device can and cannot do. */
export function AboutPage() {
  const { t } = useTranslation('settings')
  const { kind, version, platform, serverUrl, can } = useHostInfo()
  return (
    <>
      <div className="about-head">
        <Mark size={44} />
        <div>
          <p className="about-name">{t('app:name')}</p>
          <p className="meta num">{t('about.version', { version })}</p>
        </div>
      </div>
      {can.secrets === 'plain' && (
        <Notice tone="amber" title={t('about.plainTitle')}>
          {t('about.plainText')}
        </Notice>
      )}
      <Section title={t('about.host')}>
        <dl className="setting-facts">
          <Fact label={t('about.kind')}>{t(`about.kinds.${kind}`)}</Fact>
          <Fact label={t('about.system')}>{systems[platform] ?? platform}</Fact>
          <Fact label={t('about.server')}>{serverUrl}</Fact>
        </dl>
      </Section>
      <Section title={t('about.can')}>
        <dl className="setting-facts">
          <Fact label={t('about.secrets')}>{t(`about.secretsKept.${can.secrets}`)}</Fact>
          <Fact label={t('about.menu')}>{t(can.nativeMenu ? 'about.menuNative' : 'about.menuPalette')}</Fact>
          <Fact label={t('about.tray')}>{t(can.tray ? 'about.yes' : 'about.trayNo')}</Fact>
        </dl>
      </Section>
    </>
  )
}
