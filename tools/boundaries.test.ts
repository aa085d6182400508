import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'fixtures') yield* sources(path)
    } else if (/\.(ts|tsx|mts|cts)$/.test(entry.name)) yield path.split(sep).join('/')
  }
}

const pattern =
  /(?:^|\n|;)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s+['"]([^'"]+)['"]/g

/** What a file imports: repository paths for relative specifiers, package names (or `node:…`) for the rest. */
function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(pattern)].map((match) => {
    const specifier = (match[1] ?? match[2] ?? match[3])!.replace(/\?.*$/, '')
    if (specifier.startsWith('.'))
      return relative(root, resolve(root, dirname(file), specifier))
        .split(sep)
        .join('/')
    return builtinModules.includes(specifier) ? `node:${specifier}` : specifier
  })
}

const isTest = (file: string) => /\.test\.tsx?$/.test(file)
const inside = (path: string, ...folders: string[]) => folders.some((folder) => path.startsWith(`${folder}/`))

/** Why `file` may not import `target`, or undefined where it may. The folder says where code runs. */
function forbidden(file: string, target: string): string | undefined {
  const node = target.startsWith('node:')
  if (target === 'electron' || target.startsWith('electron/'))
    return inside(file, 'main/electron') ? undefined : 'only main/electron knows Electron'
  if (isTest(file)) return undefined
  if (inside(file, 'shared')) {
    if (node) return 'shared/ runs anywhere, so it has no Node'
    if (inside(target, 'main', 'renderer', 'server')) return 'shared/ stands on nothing of ours'
  }
  if (inside(file, 'renderer')) {
    if (node) return 'renderer/ runs in the browser'
    if (inside(target, 'main', 'server')) return 'renderer/ reaches its host by the contract and the server by HTTP'
  }
  if (inside(file, 'server') && inside(target, 'main', 'renderer')) return 'server/ runs alone'
  if (inside(file, 'main') && inside(target, 'renderer')) return 'main/ serves the renderer, it does not import it'
  if (inside(file, 'main/services') && inside(target, 'main/electron', 'main/browser', 'server'))
    return 'main/services/ is the same on every host'
  if (inside(file, 'server', 'shared', 'main', 'renderer') && inside(target, 'e2e', 'bench'))
    return 'the product does not import its tests'
  return undefined
}

test('no file imports what its folder may not', () => {
  const broken: string[] = []
  for (const folder of ['shared', 'main', 'renderer', 'server'])
    for (const file of sources(folder))
      for (const target of importsOf(file, readFileSync(join(root, file), 'utf8'))) {
        const why = forbidden(file, target)
        if (why) broken.push(`${file} imports ${target}: ${why}`)
      }
  expect(broken).toEqual([])
})

test('the rules catch what they are for', () => {
  const text = `import { readFile } from 'fs'\nimport type { A } from '../../server/config.ts'\nexport * from 'electron'\nawait import('node:net')`
  const targets = importsOf('renderer/app/x.ts', text)
  expect(targets).toEqual(['node:fs', 'server/config.ts', 'electron', 'node:net'])
  expect(targets.every((target) => forbidden('renderer/app/x.ts', target))).toBe(true)
  expect(forbidden('main/electron/main.ts', 'electron')).toBeUndefined()
})

test('every package that is imported is declared, so that it cannot vanish with another package’s update', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >
  const declared = new Set(
    ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {})),
  )
  const missing = new Set<string>()
  for (const folder of ['shared', 'main', 'renderer', 'server', 'tools', 'e2e', 'bench'])
    for (const file of sources(folder))
      for (const target of importsOf(file, readFileSync(join(root, file), 'utf8'))) {
        if (target.startsWith('node:') || /^(shared|main|renderer|server|tools|e2e|bench|dist)\//.test(target)) continue
        const name = target
          .split('/')
          .slice(0, target.startsWith('@') ? 2 : 1)
          .join('/')
        if (!declared.has(name)) missing.add(`${name} (${file})`)
      }
  expect([...missing]).toEqual([])
})
