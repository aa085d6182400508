import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceOf, sentenceOfProblem } from '../../app/errors.ts'
import { useFormat } from '../../app/format.ts'
import { useHost, useSignedIn } from '../../app/host-context.tsx'
import type { Exported } from '../../data/archive/export.ts'
import type { Imported } from '../../data/archive/import.ts'
import { useStudio, useSyncStatus } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Line, Section } from './section.tsx'

type State =
  | { is: 'idle' }
  | { is: 'exporting' | 'importing'; done: number; of: number }
  | { is: 'exported'; result: Exported }
  | { is: 'imported'; result: Imported }
  | { is: 'failed'; error: unknown }

/** Everything as a zip of readable files, and such a zip brought in again. */
export function ArchiveSection() {
  const { t } = useTranslation('settings')
  const { number } = useFormat()
  const studio = useStudio()
  const host = useHost()
  const { handle, workspaceId } = useSignedIn()
  const hasSynced = useSyncStatus(({ lastSyncAt }) => lastSyncAt !== null)
  const [state, setState] = useState<State>({ is: 'idle' })
  const stop = useRef<AbortController | null>(null)
  const picker = useRef<HTMLInputElement>(null)
  const isBusy = state.is === 'exporting' || state.is === 'importing'

  const run = (is: 'exporting' | 'importing', work: (signal: AbortSignal) => Promise<State>) => {
    const controller = new AbortController()
    stop.current = controller
    setState({ is, done: 0, of: 0 })
    work(controller.signal).then(setState, (error: unknown) =>
      setState(controller.signal.aborted ? { is: 'idle' } : { is: 'failed', error }),
    )
  }
  const save = () =>
    run('exporting', async (signal) => {
      await studio.posts.settle()
      const { exportAll } = await import('../../data/archive/export.ts')
      const day = new Date().toISOString().slice(0, 10)
      const result = await exportAll({
        db: await studio.wholeDb(),
        host,
        workspaceId,
        name: `grover-${handle}-${day}`,
        now: Date.now,
        signal,
        onProgress: ({ documents }) => setState({ is: 'exporting', done: documents, of: 0 }),
      })
      return { is: 'exported', result }
    })
  const load = (file: File) =>
    run('importing', async (signal) => {
      await studio.posts.settle()
      const { importArchive } = await import('../../data/archive/import.ts')
      const result = await importArchive({
        db: await studio.wholeDb(),
        host,
        file,
        signal,
        onProgress: ({ documents, of }) => setState({ is: 'importing', done: documents, of }),
      })
      return { is: 'imported', result }
    })

  return (
    <Section title={t('archive.title')} text={t('archive.text')}>
      <Line label={t('archive.export')} hint={t(hasSynced ? 'archive.exportHint' : 'archive.later')}>
        <Button isDisabled={isBusy || !hasSynced} onPress={save}>
          {t('archive.exportDo')}
        </Button>
      </Line>
      <Line label={t('archive.import')} hint={t(hasSynced ? 'archive.importHint' : 'archive.later')}>
        <Button isDisabled={isBusy || !hasSynced} onPress={() => picker.current?.click()}>
          {t('archive.importDo')}
        </Button>
        <input
          ref={picker}
          type="file"
          accept=".zip,application/zip"
          hidden
          aria-label={t('archive.import')}
          onChange={(event) => {
            const file = event.target.files?.[0]
            event.target.value = ''
            if (file) load(file)
          }}
        />
      </Line>
      {isBusy && (
        <div className="archive-progress" role="status">
          <span className="num">
            {t(`archive.${state.is}`, { done: number(state.done), of: number(state.of), count: state.done })}
          </span>
          <Button size="compact" variant="quiet" onPress={() => stop.current?.abort()}>
            {t('archive.stop')}
          </Button>
        </div>
      )}
      {state.is === 'exported' && <ExportedNotice result={state.result} />}
      {state.is === 'imported' && <ImportedNotice result={state.result} />}
      {state.is === 'failed' && <Notice tone="red">{sentenceOf(state.error, t)}</Notice>}
    </Section>
  )
}

function ExportedNotice({ result: { path, bytes, documents, pictures, missing } }: { result: Exported }) {
  const { t } = useTranslation('settings')
  const format = useFormat()
  return (
    <Notice
      tone={missing > 0 ? 'amber' : 'leaf'}
      title={missing > 0 ? t('archive.exportedPart', { count: missing }) : t('archive.exported')}
    >
      <p>
        {t('archive.exportedText', {
          documents: format.number(documents),
          pictures: format.number(pictures),
          size: format.bytes(bytes),
        })}
      </p>
      {missing > 0 && <p>{t('archive.exportAgain')}</p>}
      <p className="archive-path">{path}</p>
    </Notice>
  )
}

function ImportedNotice({ result: { added, merged, same, setAside, pictures, refused } }: { result: Imported }) {
  const { t } = useTranslation('settings')
  const counts = { added, merged, same, pictures, setAside }
  return (
    <Notice tone={refused.length > 0 ? 'amber' : 'leaf'} title={t('archive.imported')}>
      <ul>
        {Object.entries(counts)
          .filter(([, count]) => count > 0)
          .map(([name, count]) => (
            <li key={name}>{t(`archive.count.${name}`, { count })}</li>
          ))}
        {refused.slice(0, 5).map((each) => (
          <li key={each.path}>
            {each.path}: {sentenceOfProblem(each, t)}
          </li>
        ))}
        {refused.length > 5 && <li>{t('archive.more', { count: refused.length - 5 })}</li>}
      </ul>
    </Notice>
  )
}
