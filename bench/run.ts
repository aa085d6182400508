import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import { build, isStale, targets } from '../tools/targets.ts'
import type { Figure } from './figure.ts'

const areasFolder = join(import.meta.dirname, 'areas')
const areas = readdirSync(areasFolder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'))

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !areas.includes(name))
if (unknown.length > 0) {
  console.error(`There is no area «${unknown.join(', ')}»; the areas are ${areas.join(', ')}.`)
  process.exit(2)
}

// What is measured is what people run after their first start.
const root = join(import.meta.dirname, '..')
const { renderer, programs } = targets(root)
for (const target of [renderer, programs]) if (isStale(target)) await build(target, root)

const cores = cpus()
console.log(
  `${cores.length} × ${cores[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}, Node ${process.version}`,
)
const results = join(import.meta.dirname, 'results')
mkdirSync(results, { recursive: true })
let missed = 0
for (const area of wanted.length > 0 ? wanted : areas) {
  const { run } = (await import(join(areasFolder, `${area}.ts`))) as { run: () => Promise<Figure[]> }
  const figures = await run()
  writeFileSync(join(results, `${area}.json`), `${JSON.stringify(figures, null, 2)}\n`)
  console.log(`\n${area}`)
  for (const { name, value, unit, goal, met } of figures)
    console.log(`  ${met ? 'met   ' : 'MISSED'}  ${name.padEnd(64)} ${`${value} ${unit}`.padStart(14)}   goal ${goal}`)
  missed += figures.filter((figure) => !figure.met).length
}
process.exitCode = missed === 0 ? 0 : 1
