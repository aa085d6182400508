import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build, targets } from './targets.ts'

/**
 * `npm run build`: the renderer and the Electron shell into dist/; `-- --pack` also packages the desktop app, with npm's
 * ffmpeg or that of `--ffmpeg FOLDER`.
 */
const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({ options: { pack: { type: 'boolean' }, ffmpeg: { type: 'string' } } })
for (const target of Object.values(targets(root))) {
  await build(target, root)
  console.log(`built  ${target.name}  ${target.output}`)
}
if (values.pack) {
  const { build: pack } = await import('electron-builder')
  const { carryFfmpeg } = await import('./pack-ffmpeg.ts')
  const config = { afterPack: carryFfmpeg(values.ffmpeg && resolve(values.ffmpeg)) }
  for (const path of await pack({ projectDir: root, publish: 'never', config })) console.log(`packed  ${path}`)
}
