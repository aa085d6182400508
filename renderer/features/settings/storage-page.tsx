import { useTranslation } from 'react-i18next'
import { useFormat } from '../../app/format.ts'
import { useNow } from '../../app/now.ts'
import { useSyncStatus } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ArchiveSection } from './archive-section.tsx'
import { EncryptionSection } from './encryption-section.tsx'
import { PicturesSection } from './pictures-section.tsx'
import { Fact, Line, Section } from './section.tsx'
import { useBrowserStorage, useMirror } from './use-storage.ts'

/** How safe this device's work is, in figures, and the way to take all of it along. */
export function StoragePage() {
  const { t } = useTranslation('settings')
  const { bytes, number, ago, exact, when } = useFormat()
  const now = useNow(10_000)
  const { lastSyncAt, waiting } = useSyncStatus()
  const storage = useBrowserStorage()
  const mirror = useMirror(waiting)
  return (
    <>
      <p className="setting-text">{t('storage.text')}</p>
      <Section title={t('storage.sync')}>
        <dl className="setting-facts">
          <Fact label={t('storage.lastSync')}>
            <span title={lastSyncAt === null ? undefined : exact(lastSyncAt)}>
              {lastSyncAt === null ? t('storage.never') : ago(lastSyncAt, now)}
            </span>
          </Fact>
          <Fact label={t('storage.waiting')}>
            {waiting === 0 ? t('storage.nothing') : t('storage.changes', { count: waiting, shown: number(waiting) })}
          </Fact>
          <Fact label={t('storage.oldest')}>
            {mirror.oldest === '' ? (
              t('storage.nothing')
            ) : (
              <span title={exact(mirror.oldest)}>{when(mirror.oldest, undefined, now)}</span>
            )}
          </Fact>
          <Fact label={t('storage.mirror')}>
            {mirror.error
              ? t('storage.mirrorUnknown')
              : mirror.count === 0
                ? t('storage.nothing')
                : t('storage.changes', { count: mirror.count, shown: number(mirror.count) })}
          </Fact>
        </dl>
      </Section>
      <Section title={t('storage.device')}>
        <Line
          label={t('storage.persisted')}
          hint={t(storage.isPersisted ? 'storage.persistedYes' : 'storage.persistedNo')}
        >
          {storage.isPersisted === false && (
            <Button size="compact" onPress={storage.ask}>
              {t('storage.ask')}
            </Button>
          )}
        </Line>
        {storage.wasRefused && <Notice tone="amber">{t('storage.refused')}</Notice>}
        <dl className="setting-facts">
          <Fact label={t('storage.used')}>{storage.used === null ? t('storage.unknown') : bytes(storage.used)}</Fact>
          <Fact label={t('storage.free')}>{storage.free === null ? t('storage.unknown') : bytes(storage.free)}</Fact>
        </dl>
      </Section>
      <EncryptionSection />
      <PicturesSection />
      <ArchiveSection />
    </>
  )
}
