import type { JobResult, Recipe } from '../../../../shared/contract/media.ts'
import type { Work } from '../work.ts'
import { captions } from './captions.ts'
import { burn, crop, reframe, trim, watermark } from './edits.ts'
import { hls } from './hls.ts'
import { podcast } from './podcast.ts'
import { sizes } from './sizes.ts'
import { poster, sprite } from './stills.ts'
import { waveform } from './waveform.ts'
import { web } from './web.ts'

/** Makes what the recipe says. */
export function cook(recipe: Recipe, work: Work): Promise<JobResult> {
  switch (recipe.kind) {
    case 'web':
      return web(recipe, work)
    case 'hls':
      return hls(recipe, work)
    case 'poster':
      return poster(recipe, work)
    case 'sprite':
      return sprite(recipe, work)
    case 'waveform':
      return waveform(recipe, work)
    case 'captions':
      return captions(recipe, work)
    case 'podcast':
      return podcast(recipe, work)
    case 'sizes':
      return sizes(recipe, work)
    case 'trim':
      return trim(recipe, work)
    case 'crop':
      return crop(recipe, work)
    case 'reframe':
      return reframe(recipe, work)
    case 'watermark':
      return watermark(recipe, work)
    case 'burn':
      return burn(recipe, work)
  }
}
