import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** What an installed studio reads from `settings.json` in its folder; started by `npm start`, the environment says it. */
const File = Type.Object({
  serverUrl: Type.Optional(Type.String({ maxLength: 300 })),
  /** Folder on the web with `latest.yml` and what it names. */
  updates: Type.Optional(Type.String({ maxLength: 300 })),
})

export type Settings = {
  /** The studio's own folder; undefined: Electron's place for it. */
  folder: string | undefined
  serverUrl: string
  updates: string | undefined
  /** Standard input ends with whoever started the studio. */
  hasParent: boolean
}

const usualServer = 'http://127.0.0.1:4310'

export function readSettings(env: NodeJS.ProcessEnv, userData: string): Settings {
  const folder = env.GROVER_DATA_DIR ? join(resolve(env.GROVER_DATA_DIR), 'studio') : undefined
  const file = readFile(join(folder ?? userData, 'settings.json'))
  return {
    folder,
    serverUrl: origin(env.GROVER_SERVER_URL) ?? origin(file.serverUrl) ?? usualServer,
    updates: file.updates,
    hasParent: env.GROVER_PARENT_PIPE === 'true',
  }
}

function readFile(path: string) {
  try {
    return Value.Parse(File, JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // There is none, or it is not for this version: what is usual holds.
    return {}
  }
}

function origin(text: string | undefined): string | undefined {
  if (!text || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : undefined
}
