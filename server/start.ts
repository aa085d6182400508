import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Compiled code is kept between starts, beside the packages it was compiled from: a temporary folder that others may
// write to is no place for code. It must be asked for before anything else is loaded.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled'))
await import('./run.ts')
