import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecipeOf } from '../../../../shared/contract/media.ts'
import { useHostInfo } from '../../../app/host-context.tsx'
import { useStudio } from '../../../data/index.ts'
import { Select } from '../../../ui/select.tsx'
import { Checkbox } from '../../../ui/toggles.tsx'
import { FocusField } from '../focus-field.tsx'
import { useMediaCommands } from '../use-media-commands.ts'
import { type Shape, shapes } from './shapes.ts'
import { ToolDialog, type ToolProps } from './tool.tsx'

type Format = RecipeOf<'sizes'>['formats'][number]
const formats: Record<Format, string> = { avif: 'AVIF', webp: 'WebP', jpeg: 'JPEG' }
const widths = [320, 640, 960, 1280, 1920, 2560] as const
const asItIs = 'as-it-is'

/** A picture in sizes and formats, cut to a shape around its focus point, to be used elsewhere. */
export function SizesDialog({ media, start, onClose }: ToolProps) {
  const { t } = useTranslation('media')
  const { blobBase } = useHostInfo()
  const studio = useStudio()
  const { attempt } = useMediaCommands()
  const offered = [...widths.filter((width) => width < media.width), media.width]
  const [wide, setWide] = useState<readonly number[]>(offered.slice(-1))
  const [kinds, setKinds] = useState<readonly Format[]>(['webp', 'jpeg'])
  const [shape, setShape] = useState<Shape | typeof asItIs>(asItIs)
  return (
    <ToolDialog
      title={t('tool.sizes')}
      isReady={wide.length > 0 && kinds.length > 0}
      onClose={onClose}
      onRun={() =>
        start(media.id, {
          kind: 'sizes',
          widths: [...wide],
          formats: [...kinds],
          aspect: shape === asItIs ? 0 : shapes[shape],
          focus: media.focus,
        })
      }
    >
      <p className="field-hint">{t('sizes.text')}</p>
      <Choices
        label={t('sizes.widths')}
        all={offered}
        chosen={wide}
        name={(width) => t('sizes.width', { width })}
        onChange={setWide}
      />
      <Choices
        label={t('sizes.formats')}
        all={Object.keys(formats) as Format[]}
        chosen={kinds}
        name={(format) => formats[format]}
        onChange={setKinds}
      />
      <Select<Shape | typeof asItIs>
        label={t('shape.label')}
        options={[
          { id: asItIs, label: t('sizes.asItIs') },
          ...(Object.keys(shapes) as Shape[]).map((id) => ({ id, label: id })),
        ]}
        value={shape}
        onChange={setShape}
      />
      {shape !== asItIs && (
        <>
          <p className="field-hint">{t('focus.hint')}</p>
          <FocusField
            src={blobBase + media.id}
            alt={media.alt}
            focus={media.focus}
            onChange={(focus) => attempt(studio.media.patch(media.id, { focus }))}
          />
        </>
      )}
    </ToolDialog>
  )
}

function Choices<T extends string | number>({
  label,
  all,
  chosen,
  name,
  onChange,
}: {
  label: string
  all: readonly T[]
  chosen: readonly T[]
  name(one: T): string
  onChange(chosen: readonly T[]): void
}) {
  return (
    <fieldset className="media-choices">
      <legend className="field-label">{label}</legend>
      {all.map((each) => (
        <Checkbox
          key={each}
          isSelected={chosen.includes(each)}
          onChange={(isOn) => onChange(isOn ? [...chosen, each] : chosen.filter((one) => one !== each))}
        >
          {name(each)}
        </Checkbox>
      ))}
    </fieldset>
  )
}
