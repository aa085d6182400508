import type { IncomingHttpHeaders } from 'node:http'
import type { Role } from '../../shared/collections/access.ts'

export type { Role } from '../../shared/collections/access.ts'

/** Who is asking, in which workspace, and what they may do there. */
export type Principal = { userId: string; sessionId: string; workspaceId: string; role: Role }

/** A Fastify request, or the handshake of a socket. Without a method a cookie is not enough to change anything. */
export type Credentials = { headers: IncomingHttpHeaders; method?: string | undefined }

/** Errors: sign_in_required. */
export type Authenticate = (request: Credentials) => Promise<Principal>
