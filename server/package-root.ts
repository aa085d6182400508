import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder with package.json: the sources and the built program lie at different depths below it. */
export function packageRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)
  return folder
}
