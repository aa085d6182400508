import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHostInfo } from '../../../app/host-context.tsx'
import { useStudio } from '../../../data/index.ts'
import { RadioGroup } from '../../../ui/toggles.tsx'
import { FocusField } from '../focus-field.tsx'
import { posterOf } from '../thumb.tsx'
import { useMediaCommands } from '../use-media-commands.ts'
import { derivedName, ToolDialog, type ToolProps } from './tool.tsx'

const shapes = { '9:16': 9 / 16, '4:5': 4 / 5, '1:1': 1, '16:9': 16 / 9 } as const
type Shape = keyof typeof shapes

/** The largest part of a shape that keeps the focus point. */
export function ShapeDialog({ media, start, onClose }: ToolProps) {
  const { t } = useTranslation('media')
  const { blobBase } = useHostInfo()
  const studio = useStudio()
  const { attempt } = useMediaCommands()
  const [shape, setShape] = useState<Shape>('9:16')
  const poster = posterOf(media)
  return (
    <ToolDialog
      title={t('tool.shape')}
      isReady
      onClose={onClose}
      onRun={() =>
        start(
          media.id,
          { kind: 'reframe', aspect: shapes[shape], focus: media.focus },
          derivedName(media.name, shape.replace(':', '×')),
        )
      }
    >
      <RadioGroup<Shape>
        label={t('shape.label')}
        value={shape}
        options={(Object.keys(shapes) as Shape[]).map((id) => ({
          id,
          label: id,
          hint: t(`shape.${id.replace(':', 'x')}`),
        }))}
        onChange={setShape}
      />
      {poster && (
        <>
          <p className="field-hint">{t('focus.hint')}</p>
          <FocusField
            src={blobBase + poster.hash}
            alt={media.alt}
            focus={media.focus}
            onChange={(focus) => attempt(studio.media.patch(media.id, { focus }))}
          />
        </>
      )}
    </ToolDialog>
  )
}
