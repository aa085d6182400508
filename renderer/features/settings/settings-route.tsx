import { Link, useParams } from '@tanstack/react-router'
import {
  AppWindow,
  CalendarClock,
  CircleUserRound,
  Clapperboard,
  CloudUpload,
  HardDrive,
  IdCard,
  type LucideIcon,
  MonitorSmartphone,
  ShieldCheck,
  SunMoon,
} from 'lucide-react'
import { type ComponentType, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorBoundary } from '../../app/error-boundary.tsx'
import { type SettingPage, settingPages } from '../../app/setting-pages.ts'
import { useTitle } from '../../app/title.ts'
import { ServerQueries } from '../account/queries.tsx'
import { AboutPage } from './about-page.tsx'
import { AccountPage } from './account-page.tsx'
import { AppearancePage } from './appearance-page.tsx'
import { DevicesPage } from './devices-page.tsx'
import { MediaPage } from './media-page.tsx'
import { ProfilePage } from './profile-page.tsx'
import { PublishingPage } from './publishing-page.tsx'
import { SecurityPage } from './security-page.tsx'
import { StoragePage } from './storage-page.tsx'
import { UploadsPage } from './uploads-page.tsx'
import './look.css'
import './settings.css'

const pages: Record<SettingPage, { icon: LucideIcon; Page: ComponentType }> = {
  account: { icon: CircleUserRound, Page: AccountPage },
  profile: { icon: IdCard, Page: ProfilePage },
  publishing: { icon: CalendarClock, Page: PublishingPage },
  appearance: { icon: SunMoon, Page: AppearancePage },
  devices: { icon: MonitorSmartphone, Page: DevicesPage },
  security: { icon: ShieldCheck, Page: SecurityPage },
  storage: { icon: HardDrive, Page: StoragePage },
  uploads: { icon: CloudUpload, Page: UploadsPage },
  media: { icon: Clapperboard, Page: MediaPage },
  about: { icon: AppWindow, Page: AboutPage },
}

export default function SettingsRoute() {
  const { t } = useTranslation('settings')
  const { page } = useParams({ from: '/settings/$page' })
  const { Page } = pages[page]
  useTitle(t(`page.${page}`), t('title'))
  return (
    <ServerQueries>
      <div className="settings">
        <nav className="settings-nav" aria-label={t('title')}>
          <h2 className="settings-nav-title">{t('title')}</h2>
          <ul>
            {settingPages.map((each) => {
              const { icon: Icon } = pages[each]
              return (
                <li key={each}>
                  <Link
                    to="/settings/$page"
                    params={{ page: each }}
                    className="settings-link"
                    aria-current={each === page ? 'page' : undefined}
                  >
                    <Icon aria-hidden />
                    {t(`page.${each}`)}
                  </Link>
                </li>
              )
            })}
          </ul>
        </nav>
        <div className="settings-work">
          <div className="settings-page" key={page}>
            <h1 className="settings-title">{t(`page.${page}`)}</h1>
            <ErrorBoundary resetKey={page}>
              <Suspense>
                <Page />
              </Suspense>
            </ErrorBoundary>
          </div>
        </div>
      </div>
    </ServerQueries>
  )
}
