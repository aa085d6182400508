import type { IncomingHttpHeaders } from 'node:http'
import type { MemberTable } from '../database/tables.ts'

export type Role = MemberTable['role']

/** Who is asking, in which workspace, and what they may do there. */
export type Principal = { userId: string; sessionId: string; workspaceId: string; role: Role }

/** Owners and editors change the workspace's content; everybody else only reads it. */
export const mayWrite = ({ role }: Pick<Principal, 'role'>): boolean => role === 'owner' || role === 'editor'

/** A Fastify request, or the handshake of a socket. Without a method a cookie is not enough to change anything. */
export type Credentials = { headers: IncomingHttpHeaders; method?: string | undefined }

/** Errors: sign_in_required. */
export type Authenticate = (request: Credentials) => Promise<Principal>
