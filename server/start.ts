import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Compiled code is kept between starts, beside the packages it was compiled from: a temporary folder that others may
// write to is no place for code. It must be asked for before anything else is loaded.
const root = join(import.meta.dirname, '..')
enableCompileCache(join(root, 'node_modules', '.cache', 'compiled'))
const { builtProgram } = await import('../tools/targets.ts')
const built = builtProgram(root, 'server')
await (built ? import(built) : import('./run.ts'))
