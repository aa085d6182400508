import type { Generated } from 'kysely'
import type { Timestamp } from '../database/tables.ts'

export type UserTable = {
  id: string
  email: string
  name: string
  email_verified: boolean
  image: string | null
  two_factor_enabled: Generated<boolean>
  /** Null until the first sign-in: such an account can be taken back when its address is never confirmed. */
  first_signed_in_at: Timestamp | null
  created_at: Timestamp
  updated_at: Timestamp
}

export type SessionTable = {
  id: string
  /** SHA-256 of the token: whoever reads the database cannot sign in with it. */
  token_hash: string
  user_id: string
  workspace_id: string
  device_name: string
  ip_address: string | null
  user_agent: string | null
  created_at: Timestamp
  updated_at: Timestamp
  last_seen_at: Timestamp
  expires_at: Timestamp
}

/** A password or a provider's subject by which a user signs in. */
export type SignInMethodTable = {
  id: string
  user_id: string
  provider_id: string
  account_id: string
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: Timestamp | null
  refresh_token_expires_at: Timestamp | null
  scope: string | null
  created_at: Timestamp
  updated_at: Timestamp
}

/** A link or a challenge that was handed out; `identifier` is hashed. */
export type VerificationTable = {
  id: string
  identifier: string
  value: string
  expires_at: Timestamp
  created_at: Timestamp
  updated_at: Timestamp
}

export type SecondFactorTable = {
  id: string
  user_id: string
  /** Encrypted with the server's secret, as are the backup codes. */
  secret: string
  backup_codes: string
  verified: Generated<boolean>
  failed_verification_count: Generated<number>
  locked_until: Timestamp | null
}

export type HandleTable = {
  handle: string
  workspace_id: string
  /** False for one that was changed: it redirects. */
  current: boolean
  /** False until the owner's address is confirmed, so that a page tells nothing about an unconfirmed sign-up. */
  open: boolean
  created_at: Timestamp
}

/** One owner for everything that looks alike. Without a workspace: kept back until `held_until`. */
export type HandleClaimTable = { skeleton: string; workspace_id: string | null; held_until: Timestamp | null }

export type AttemptTable = { bucket: string; window_at: Timestamp; count: number }

/** A desktop sign-in under way in a browser; see studio-sign-in.ts. */
export type StudioSignInTable = {
  id_hash: string
  redirect_uri: string
  code_challenge: string
  state: string
  code_hash: string | null
  user_id: string | null
  expires_at: Timestamp
}

export type RevokedSessionTable = { session_id: string; at: Timestamp }

export type AccountsTables = {
  users: UserTable
  sessions: SessionTable
  sign_in_methods: SignInMethodTable
  verifications: VerificationTable
  second_factors: SecondFactorTable
  handles: HandleTable
  handle_claims: HandleClaimTable
  attempts: AttemptTable
  studio_sign_ins: StudioSignInTable
  revoked_sessions: RevokedSessionTable
}
