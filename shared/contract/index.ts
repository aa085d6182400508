import type { ContractRouterClient } from '@orpc/contract'
import { archive } from './archive.ts'
import { blobs } from './blobs.ts'
import { encryption } from './encryption.ts'
import { host } from './host.ts'
import { media } from './media.ts'
import { rescue } from './rescue.ts'
import { session } from './session.ts'

/** Everything the renderer may ask of its host: one contract, answered over a MessagePort or a loopback WebSocket. */
export const contract = { host, session, blobs, media, rescue, archive, encryption }

export type HostClient = ContractRouterClient<typeof contract>
