import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { findBrowser } from '../../tools/find-browser.ts'
import { temporaryFolder } from '../testing/folder.ts'
import { rawRequest } from '../testing/http.ts'
import { allGone, familyOf, run, stillRunning, until } from '../testing/processes.ts'

// What a person starts, as processes: `npm start` runs exactly this.
const root = resolve(import.meta.dirname, '../..')
const launcher = join(root, 'tools/run.mjs')
const studio = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  run([launcher, join(root, 'main/start.ts'), ...args], env)
const quiet = ['--port', '0', '--no-open', '--host', 'browser']
const inLinux = test.skipIf(process.platform !== 'linux')
const patience = 180_000

const serverIn = (family: ReturnType<typeof familyOf>) =>
  family.find(({ command }) => command.includes('server/start.ts'))

inLinux(
  'it prints the two addresses, both answer, a second start is refused by name, and SIGTERM leaves nothing behind',
  async () => {
    const data = temporaryFolder()
    const first = studio([...quiet, '--data', data])
    const server = await first.line('server  ')
    const address = new URL(await first.line('studio  '))
    expect((await fetch(`${server}/ready`)).status).toBe(200)
    const opened = await rawRequest(Number(address.port), {
      path: address.pathname + address.search,
      headers: { host: address.host },
    })
    expect(opened.status).toBe(303)
    expect(first.out.trimEnd().split('\n')).toHaveLength(2)

    const second = studio([...quiet, '--data', data])
    expect(await second.ended).toEqual({ code: 1, signal: null })
    expect(second.err.trimEnd()).toMatch(
      new RegExp(`^Grover Studio already runs on .*\\(process ${first.child.pid}\\)\\.$`),
    )
    expect(second.out).toBe('')

    const family = familyOf(first.child.pid!)
    expect(family.length).toBeGreaterThan(3)
    first.child.kill('SIGTERM')
    expect(await first.ended).toEqual({ code: 0, signal: null })
    expect(stillRunning(family)).toEqual([])
    expect(first.err.replace(/^Building.*\n/gm, '')).toBe('')
  },
  patience,
)

inLinux(
  'killed outright, everything it started ends by itself, and the next start on the folder recovers',
  async () => {
    const data = temporaryFolder()
    const first = studio([...quiet, '--data', data])
    const address = new URL(await first.line('studio  '))
    const family = familyOf(first.child.pid!)
    first.child.kill('SIGKILL')
    await first.ended
    expect(await allGone(family)).toBe(true)

    const again = studio([...quiet, '--data', data])
    expect((await fetch(`${await again.line('server  ')}/ready`)).status).toBe(200)
    // The browser's database belongs to the origin: it has to be the same one.
    expect(new URL(await again.line('studio  ')).origin).toBe(address.origin)
    again.child.kill('SIGINT')
    expect((await again.ended).code).toBe(0)
  },
  patience,
)

inLinux(
  'the window it opens is a browser of its own and leaves with it, also when it is killed outright',
  async ({ skip }) => {
    const browser = findBrowser()
    if (!browser) return skip('no browser on this machine')
    const data = temporaryFolder()
    // There is no desktop here: the same browser, told to draw nowhere.
    const headless = join(data, 'browser.sh')
    writeFileSync(headless, `#!/bin/sh\nexec '${browser}' --headless=new "$@"\n`, { mode: 0o755 })
    const open = ['--port', '0', '--host', 'browser', '--data', join(data, 'grover')]
    const windowOf = (family: ReturnType<typeof familyOf>) =>
      family.find(({ command }) => command.includes('--app=') && !command.includes('--type='))
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const started = studio(open, { GROVER_BROWSER: headless, DISPLAY: ':0' })
      await started.line('studio  ')
      const window = await until(() => windowOf(familyOf(started.child.pid!)))
      expect(window?.command).toContain(`--user-data-dir=${join(data, 'grover/studio/browser-profile')}`)
      const family = familyOf(started.child.pid!)
      started.child.kill(signal)
      await started.ended
      expect(await allGone(family)).toBe(true)
    }
  },
  patience,
)

inLinux(
  'a server that dies is started again at the same address, with a sentence',
  async () => {
    const started = studio([...quiet, '--data', temporaryFolder()])
    const server = await started.line('server  ')
    await started.line('studio  ')
    const before = serverIn(familyOf(started.child.pid!))
    process.kill(before!.pid, 'SIGKILL')
    await started.said('started again')
    const after = await until(() => serverIn(familyOf(started.child.pid!)))
    expect(after?.pid).not.toBe(before?.pid)
    let status = 0
    await until(() => {
      fetch(`${server}/ready`).then(
        (response) => (status = response.status),
        () => undefined,
      )
      return status === 200 || undefined
    })
    expect(status).toBe(200)
    expect(started.out.trimEnd().split('\n')).toHaveLength(2)
  },
  patience,
)

inLinux(
  'with a server elsewhere none is started here',
  async () => {
    const started = studio(['--no-open', '--host', 'browser', '--data', temporaryFolder()], {
      GROVER_SERVER_URL: 'https://studio.example',
    })
    expect(await started.line('server  ')).toBe('https://studio.example')
    await started.line('studio  ')
    expect(serverIn(familyOf(started.child.pid!))).toBeUndefined()
  },
  patience,
)

inLinux(
  'a sample creator fills a new folder, and no other',
  async () => {
    const data = temporaryFolder()
    const first = studio([...quiet, '--data', data, '--demo'])
    expect(await first.line('sign in  ')).toMatch(/^\S+@\S+ {2}\S+$/)
    await first.line('studio  ')
    first.child.kill('SIGTERM')
    await first.ended
    const again = studio([...quiet, '--data', data, '--demo'])
    await again.line('studio  ')
    expect(again.out).not.toContain('sign in')
    expect(again.err).toContain('--demo fills a new folder only')
  },
  patience,
)

test('what cannot be understood is one sentence and exit 2; help is help', async () => {
  const wrong = studio(['--colour', 'red'])
  expect((await wrong.ended).code).toBe(2)
  expect(wrong.err.trimEnd().split('\n')).toHaveLength(1)
  const bad = studio(['--no-open', '--data', temporaryFolder()], { GROVER_SERVER_URL: 'ftp://x' })
  expect((await bad.ended).code).toBe(2)
  expect(bad.err).toContain('GROVER_SERVER_URL is «ftp://x»')
  const help = studio(['--help'])
  expect((await help.ended).code).toBe(0)
  expect(help.out).toContain('--no-open')
})

test('a setting that the server refuses ends the start with its sentence', async () => {
  const started = studio([...quiet, '--data', temporaryFolder()], { GROVER_SIGN_UP: 'maybe' })
  expect((await started.ended).code).toBe(2)
  expect(started.err).toContain('GROVER_SIGN_UP is «maybe»')
})

/** A program that says what it is run by and with, and answers SIGTERM with exit code 7. */
function program() {
  const path = join(temporaryFolder(), 'program.ts')
  writeFileSync(
    path,
    `const args: string[] = process.argv.slice(2)
     process.on('SIGTERM', () => process.exit(7))
     setInterval(() => undefined, 1000)
     console.log('runs', JSON.stringify([process.pid, process.execPath, args]))`,
  )
  return path
}

inLinux('the launcher hands arguments in and signals and exit code through, also to a Node of its own', async () => {
  for (const env of [{}, { GROVER_NODE: process.execPath }]) {
    const launched = run([launcher, program(), 'a b', '--c'], env)
    const [pid, , args] = JSON.parse(await launched.line('runs ')) as [number, string, string[]]
    expect(args).toEqual(['a b', '--c'])
    expect(pid === launched.child.pid).toBe(!('GROVER_NODE' in env))
    launched.child.kill('SIGTERM')
    expect(await launched.ended).toEqual({ code: 7, signal: null })
  }
})

inLinux('a launcher that is killed outright takes its program with it', async () => {
  const launched = run([launcher, program()], { GROVER_NODE: process.execPath })
  await launched.line('runs ')
  const family = familyOf(launched.child.pid!)
  expect(family.length).toBeGreaterThan(1)
  launched.child.kill('SIGKILL')
  await launched.ended
  expect(await allGone(family)).toBe(true)
})

test('a Node that is named but cannot be used is refused by name', async () => {
  const launched = run([launcher, program()], { GROVER_NODE: '/nowhere/node' })
  expect((await launched.ended).code).toBe(1)
  expect(launched.err.trimEnd()).toMatch(/^GROVER_NODE is \/nowhere\/node, which cannot be run; .*\.$/)
})
