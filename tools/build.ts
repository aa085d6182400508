import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build, targets } from './targets.ts'

/** `npm run build`: the renderer and the Electron shell into dist/; `-- --pack` also packages the desktop app. */
const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({ options: { pack: { type: 'boolean' } } })
for (const target of Object.values(targets(root))) {
  await build(target, root)
  console.log(`built  ${target.name}  ${target.output}`)
}
if (values.pack) {
  const { build: pack } = await import('electron-builder')
  for (const path of await pack({ projectDir: root, publish: 'never' })) console.log(`packed  ${path}`)
}
