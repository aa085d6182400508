import { useTranslation } from 'react-i18next'
import { useHostInfo } from '../../app/host-context.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Mark } from '../account/mark.tsx'
import { Line, Section } from './section.tsx'

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
        <Line label={t('about.kind')} value={t(`about.kinds.${kind}`)} />
        <Line label={t('about.system')} value={systems[platform] ?? platform} />
        <Line label={t('about.server')} value={serverUrl} />
      </Section>
      <Section title={t('about.can')}>
        <Line label={t('about.secrets')} value={t(`about.secretsKept.${can.secrets}`)} />
        <Line label={t('about.menu')} value={t(can.nativeMenu ? 'about.menuNative' : 'about.menuPalette')} />
        <Line label={t('about.tray')} value={t(can.tray ? 'about.yes' : 'about.trayNo')} />
      </Section>
    </>
  )
}
