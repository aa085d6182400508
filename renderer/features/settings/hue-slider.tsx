import { useState } from 'react'
import { Label } from 'react-aria-components/Label'
import { Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components/Slider'

/** A hue by sight: the track shows every one of them in the lightness that the pages use. */
export function HueSlider({
  label,
  value,
  onChange,
}: {
  label: string
  value: number
  onChange(hue: number): Promise<void>
}) {
  const [dragged, setDragged] = useState<number | null>(null)
  const hue = dragged ?? value
  return (
    <Slider
      className="hue field"
      minValue={0}
      maxValue={355}
      step={5}
      value={hue}
      onChange={setDragged}
      onChangeEnd={(end) => {
        void onChange(end).finally(() => setDragged(null))
      }}
    >
      <div className="hue-head">
        <Label className="field-label">{label}</Label>
        <SliderOutput className="meta num">{`${hue}°`}</SliderOutput>
      </div>
      <SliderTrack className="hue-track">
        <SliderThumb className="hue-thumb" style={{ background: `oklch(0.6 0.13 ${hue})` }} />
      </SliderTrack>
    </Slider>
  )
}
