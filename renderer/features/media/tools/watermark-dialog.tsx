import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../app/format.ts'
import { useLibrary } from '../../../data/index.ts'
import { Select } from '../../../ui/select.tsx'
import { derivedName, ToolDialog, type ToolProps } from './tool.tsx'

const corners = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const
type Corner = (typeof corners)[number]
const widths = ['0.08', '0.12', '0.2', '0.3'] as const
const opacities = ['1', '0.75', '0.5', '0.25'] as const

export function WatermarkDialog({ media, start, onClose }: ToolProps) {
  const { t } = useTranslation('media')
  const { percent } = useFormat()
  const pictures = useLibrary().media.filter(({ kind, trashed }) => kind === 'image' && trashed === '')
  const [picture, setPicture] = useState<string | null>(null)
  const [corner, setCorner] = useState<Corner>('bottom-right')
  const [width, setWidth] = useState<(typeof widths)[number]>('0.12')
  const [opacity, setOpacity] = useState<(typeof opacities)[number]>('0.75')
  return (
    <ToolDialog
      title={t('tool.watermark')}
      size="small"
      isReady={picture !== null}
      onClose={onClose}
      onRun={() =>
        picture !== null &&
        start(
          media.id,
          { kind: 'watermark', picture, corner, width: Number(width), opacity: Number(opacity) },
          derivedName(media.name, t('watermark.name')),
        )
      }
    >
      <Select
        label={t('watermark.picture')}
        hint={pictures.length === 0 ? t('watermark.none') : undefined}
        options={pictures.slice(0, 200).map(({ id, name }) => ({ id, label: name }))}
        value={picture}
        onChange={setPicture}
      />
      <Select<Corner>
        label={t('watermark.corner')}
        options={corners.map((id) => ({ id, label: t(`watermark.at.${id}`) }))}
        value={corner}
        onChange={setCorner}
      />
      <Select<(typeof widths)[number]>
        label={t('watermark.width')}
        options={widths.map((id) => ({ id, label: percent(Number(id)) }))}
        value={width}
        onChange={setWidth}
      />
      <Select<(typeof opacities)[number]>
        label={t('watermark.opacity')}
        options={opacities.map((id) => ({ id, label: percent(Number(id)) }))}
        value={opacity}
        onChange={setOpacity}
      />
    </ToolDialog>
  )
}
