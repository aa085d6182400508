import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHostInfo } from '../../../app/host-context.tsx'
import { TextField } from '../../../ui/fields.tsx'
import { stillOf } from '../thumb.tsx'
import { derivedName, ToolDialog, type ToolProps } from './tool.tsx'

const sides = ['left', 'top', 'right', 'bottom'] as const
type Side = (typeof sides)[number]

/** Takes something off each side, in percent, and shows what remains. */
export function CropDialog({ media, start, onClose }: ToolProps) {
  const { t } = useTranslation('media')
  const { blobBase } = useHostInfo()
  const [off, setOff] = useState<Record<Side, string>>({ left: '0', top: '0', right: '0', bottom: '0' })
  const part = (side: Side): number => Number(off[side].replace(',', '.')) / 100
  const [left, top] = [part('left'), part('top')]
  const [width, height] = [1 - left - part('right'), 1 - top - part('bottom')]
  const isReady = sides.every((side) => part(side) >= 0) && width > 0.01 && height > 0.01 && (width < 1 || height < 1)
  const still = stillOf(media)
  return (
    <ToolDialog
      title={t('tool.crop')}
      isReady={isReady}
      onClose={onClose}
      onRun={() => start(media.id, { kind: 'crop', left, top, width, height }, derivedName(media.name, t('crop.name')))}
    >
      <p className="field-hint">{t('crop.text')}</p>
      <div className="media-tool-row">
        {sides.map((side) => (
          <TextField
            key={side}
            label={t(`crop.${side}`)}
            inputMode="decimal"
            value={off[side]}
            onChange={(text) => setOff({ ...off, [side]: text })}
          />
        ))}
      </div>
      {still && isReady && (
        <div className="media-crop">
          <img src={blobBase + still} alt="" />
          <span
            aria-hidden
            style={{
              left: `${left * 100}%`,
              top: `${top * 100}%`,
              width: `${width * 100}%`,
              height: `${height * 100}%`,
            }}
          />
        </div>
      )}
    </ToolDialog>
  )
}
