import { ImagePlus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { DropZone } from 'react-aria-components/DropZone'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { useTranslation } from 'react-i18next'
import { refuseTooLarge } from '../../../shared/contract/largest-picture.ts'
import { useHost, useHostInfo } from '../../app/host-context.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import { Failure } from '../account/failure.tsx'
import { useTask } from '../account/use-task.ts'

type Props = { label: string; shape: 'round' | 'wide'; hash: string; onChange(hash: string): Promise<void> }

const types = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']

/** One picture, chosen or dropped. It is kept on this device at once and sent when there is a network. */
export function PictureField({ label, shape, hash, onChange }: Props) {
  const { t } = useTranslation('settings')
  const host = useHost()
  const { blobBase } = useHostInfo()
  const [isOver, setOver] = useState(false)
  const task = useTask()

  const take = (file: File) =>
    task.run(async (signal) => {
      refuseTooLarge(file)
      const image = await host.blobs.importImage({ name: file.name, data: file }, { signal })
      await onChange(image.hash)
      await host.blobs.upload({ hashes: [image.hash] })
    })
  const remove = async () => {
    const before = hash
    await onChange('')
    toast({
      message: t('picture.removed', { label }),
      action: { label: t('ui:undo'), run: () => void onChange(before) },
    })
  }

  return (
    <div className="field">
      <span className="field-label">{label}</span>
      <DropZone
        className="picture-field"
        data-shape={shape}
        data-over={isOver ? '' : undefined}
        aria-label={label}
        getDropOperation={(dragged) => (types.some((type) => dragged.has(type)) ? 'copy' : 'cancel')}
        onDropEnter={() => setOver(true)}
        onDropExit={() => setOver(false)}
        onDrop={async (event) => {
          setOver(false)
          const item = event.items.find((each) => each.kind === 'file')
          if (item?.kind === 'file') await take(await item.getFile())
        }}
      >
        {hash ? (
          <img className="picture-field-image" src={blobBase + hash} alt="" />
        ) : (
          <span className="picture-field-image" aria-hidden>
            <ImagePlus />
          </span>
        )}
        <span className="picture-field-actions">
          <FileTrigger
            acceptedFileTypes={types}
            onSelect={(files) => {
              const file = files?.[0]
              if (file) void take(file)
            }}
          >
            <Button size="compact" isPending={task.isRunning}>
              {t(hash ? 'picture.replace' : 'picture.choose')}
            </Button>
          </FileTrigger>
          {hash && (
            <IconButton
              size="compact"
              label={t('picture.remove', { label })}
              icon={<Trash2 aria-hidden />}
              onPress={remove}
            />
          )}
          <span className="field-hint">{t('picture.drop')}</span>
        </span>
      </DropZone>
      <Failure error={task.error} />
    </div>
  )
}
