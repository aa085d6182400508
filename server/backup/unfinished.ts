import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../config.ts'

export const unfinishedMark = (dataDir: string): string => join(dataDir, 'restore-unfinished')

/** Errors: ConfigError where a restore into this folder was cut off. */
export function refuseUnfinished(dataDir: string): void {
  if (existsSync(unfinishedMark(dataDir)))
    throw new ConfigError(`The restore into ${dataDir} was cut off: remove that folder and restore again.`)
}
