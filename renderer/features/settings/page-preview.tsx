import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { useHostInfo, useSignedIn } from '../../app/host-context.tsx'
import type { SettingValue } from '../../data/types.ts'

/** The top of the creator's page in small, with the colours of the real one (shared/domain/page/look.css). */
export function PagePreview({ profile }: { profile: SettingValue<'profile'> }) {
  const { t } = useTranslation('settings')
  const { blobBase } = useHostInfo()
  const session = useSignedIn()
  const name = profile.name || session.name
  return (
    <figure
      className="page-preview"
      data-page-theme={profile.theme}
      style={{ '--hue': profile.accentHue } as CSSProperties}
      aria-label={t('profile.preview')}
    >
      {profile.cover && <img className="page-preview-cover" src={blobBase + profile.cover} alt="" />}
      <div className="page-preview-band" data-has-cover={profile.cover ? '' : undefined}>
        {profile.avatar ? (
          <img className="page-preview-avatar" src={blobBase + profile.avatar} alt="" />
        ) : (
          <span className="page-preview-avatar" aria-hidden>
            {[...name][0]?.toUpperCase()}
          </span>
        )}
        <div className="page-preview-who">
          <p className="page-preview-name">{name}</p>
          <p className="page-preview-handle">@{session.handle}</p>
        </div>
      </div>
      {profile.bio && <p className="page-preview-bio">{profile.bio}</p>}
    </figure>
  )
}
