import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHostInfo } from '../../../app/host-context.tsx'
import { useStudio } from '../../../data/index.ts'
import { RadioGroup } from '../../../ui/toggles.tsx'
import { FocusField } from '../focus-field.tsx'
import { stillOf } from '../thumb.tsx'
import { useMediaCommands } from '../use-media-commands.ts'
import { type Shape, shapes } from './shapes.ts'
import { derivedName, ToolDialog, type ToolProps } from './tool.tsx'

/** The largest part of a shape that keeps the focus point. */
export function ShapeDialog({ media, start, onClose }: ToolProps) {
  const { t } = useTranslation('media')
  const { blobBase } = useHostInfo()
  const studio = useStudio()
  const { attempt } = useMediaCommands()
  const [shape, setShape] = useState<Shape>('9:16')
  const still = stillOf(media)
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
      {still && (
        <>
          <p className="field-hint">{t('focus.hint')}</p>
          <FocusField
            src={blobBase + still}
            alt={media.alt}
            focus={media.focus}
            onChange={(focus) => attempt(studio.media.patch(media.id, { focus }))}
          />
        </>
      )}
    </ToolDialog>
  )
}
