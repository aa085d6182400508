import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MediaTools } from '../../../shared/contract/media.ts'
import { useHost } from '../../app/host-context.tsx'
import { useMediaJobs } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/toggles.tsx'
import { Failure } from '../account/failure.tsx'
import { useTask } from '../account/use-task.ts'
import { Fact, Section } from './section.tsx'
import { useChanges } from './use-changes.ts'

const sideBySide = ['1', '2', '3', '4'] as const

/** What this device works on films and recordings with, and what to do where something is missing. */
export function MediaPage() {
  const { t } = useTranslation('settings')
  const { media } = useHost()
  const { parallel } = useMediaJobs()
  const [tools, setTools] = useState<MediaTools | null>(null)
  const [path, setPath] = useState('')
  const looking = useTask()
  const choosing = useTask()
  const changes = useChanges()
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at once; what changes it answers with the new state
  useEffect(() => {
    void looking.run(async () => {
      const found = await media.tools()
      setTools(found)
      if (found.ffmpeg?.from === 'setting') setPath(found.ffmpeg.path)
    })
  }, [media])
  // biome-ignore lint/correctness/useHookAtTopLevel: no hook, the host's own name for it
  const use = (ffmpeg: string) => choosing.run(async () => setTools(await media.useTools({ ffmpeg })))

  return (
    <>
      <p className="setting-text">{t('media.text')}</p>
      <Failure error={looking.error} />
      {tools && tools.advice !== '' && (
        <Notice tone="amber" title={t(tools.ffmpeg ? 'media.incomplete' : 'media.none')}>
          {tools.advice}
        </Notice>
      )}
      {tools && (
        <Section title={t('media.found')}>
          <dl className="setting-facts">
            {(['ffmpeg', 'ffprobe'] as const).map((name) => {
              const tool = tools[name]
              return (
                <Fact key={name} label={name}>
                  {tool ? (
                    <span title={tool.path}>
                      {t('media.version', { version: tool.version, from: t(`media.from.${tool.from}`) })}
                    </span>
                  ) : (
                    t('media.notFound')
                  )}
                </Fact>
              )
            })}
            {tools.ffmpeg && <Fact label={t('media.path')}>{tools.ffmpeg.path}</Fact>}
            {tools.ffmpeg && (
              <Fact label={t('media.lacking')}>
                {tools.lacking.length === 0 ? t('media.lackingNothing') : tools.lacking.join(', ')}
              </Fact>
            )}
            {tools.ffmpeg && (
              <Fact label={t('media.hardware')}>
                {tools.hardware.length === 0
                  ? t('media.hardwareNone')
                  : tools.hardware
                      .map(({ name, works }) => t(works ? 'media.hardwareWorks' : 'media.hardwareFails', { name }))
                      .join(', ')}
              </Fact>
            )}
            {tools.encoder && <Fact label={t('media.encoder')}>{tools.encoder}</Fact>}
          </dl>
        </Section>
      )}
      <Section title={t('media.own')} text={t('media.ownText')}>
        <form
          className="setting-form"
          onSubmit={(event) => {
            event.preventDefault()
            void use(path.trim())
          }}
        >
          <TextField
            label={t('media.ownPath')}
            hint={t('media.ownHint')}
            value={path}
            onChange={setPath}
            maxLength={4000}
            trailing={
              <Button size="compact" type="submit" isPending={choosing.isRunning}>
                {t('media.use')}
              </Button>
            }
          />
          <Failure error={choosing.error} />
        </form>
      </Section>
      <Section title={t('media.work')}>
        {tools && tools.hardware.length > 0 && (
          <Switch
            label={t('media.preferHardware')}
            hint={t('media.preferHardwareHint')}
            isSelected={tools.prefersHardware}
            onChange={(on) => changes.change(async () => setTools(await media.preferHardware({ on })))}
          />
        )}
        <Select<string>
          label={t('media.parallel')}
          hint={t('media.parallelHint')}
          options={sideBySide.map((id) => ({ id, label: id }))}
          value={String(parallel)}
          onChange={(id) => changes.change(() => media.limit({ parallel: Number(id) }))}
        />
        <Failure error={changes.error} />
      </Section>
    </>
  )
}
