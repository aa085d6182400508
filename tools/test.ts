import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { requireBrowser } from './find-browser.ts'
import { build, isStale, targets } from './targets.ts'

/** What one step of `npm test` came to. */
type Count = { passed: number; failed: number }

const root = join(import.meta.dirname, '..')
const bin = (path: string) => join(root, 'node_modules', path)
const built = targets(root)
const results = mkdtempSync(join(tmpdir(), 'grover-test-'))

function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    })
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

const asOne = (code: number): Count => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 })

/** A runner that ends badly without having counted a failure has failed all the same. */
const atLeastOneFailure = (code: number, count: Count): Count =>
  code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    return undefined
  }
}

const steps: Record<string, () => Promise<Count>> = {
  types: async () => asOne(await run([bin('typescript/bin/tsc'), '-p', '.'])),
  lint: async () => asOne(await run([bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'])),
  unit: async () => {
    const file = join(results, 'vitest.json')
    const code = await run([
      bin('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ])
    const counted = readJson<{ numPassedTests: number; numFailedTests: number }>(file)
    return atLeastOneFailure(code, { passed: counted?.numPassedTests ?? 0, failed: counted?.numFailedTests ?? 0 })
  },
  journeys: async () => {
    const file = join(results, 'playwright.json')
    let browser: string
    try {
      browser = requireBrowser()
    } catch (error) {
      console.error((error as Error).message)
      return { passed: 0, failed: 1 }
    }
    // The journeys run what people run: the built programs.
    for (const target of [built.renderer, built.programs]) if (isStale(target)) await build(target, root)
    const code = await run([bin('playwright/cli.js'), 'test', '-c', 'e2e/playwright.config.ts'], {
      GROVER_BROWSER: browser,
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    })
    const counted = readJson<{ stats: { expected: number; unexpected: number; flaky: number } }>(file)
    return atLeastOneFailure(code, {
      passed: counted?.stats.expected ?? 0,
      failed: (counted?.stats.unexpected ?? 0) + (counted?.stats.flaky ?? 0),
    })
  },
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const wanted = values.only ? values.only.split(',') : Object.keys(steps)
const total: Count = { passed: 0, failed: 0 }
for (const name of wanted) {
  const step = steps[name]
  if (!step) throw new Error(`There is no step «${name}»; the steps are ${Object.keys(steps).join(', ')}.`)
  console.log(`\n— ${name}`)
  const count = await step()
  console.log(`— ${name}: ${count.passed} passed, ${count.failed} failed`)
  total.passed += count.passed
  total.failed += count.failed
}
rmSync(results, { recursive: true, force: true })
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
