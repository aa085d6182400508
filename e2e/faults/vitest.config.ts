import { defineConfig } from 'vitest/config'

/** `npm run fuzz`: schedules of devices, wires and servers that fail; see docs/sync-proof.md. */
export default defineConfig({ test: { include: ['e2e/faults/**/*.fuzz.ts'], hookTimeout: 120_000 } })
