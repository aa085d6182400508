import { sql } from 'kysely'
import type { Migration } from '../database/migrate.ts'

/** The channel on which servers tell each other that a session has ended. */
export const revokedChannel = 'grover_session_revoked'

export const accountsMigrations: Migration[] = [
  {
    id: '0101-accounts',
    async up(tx) {
      await sql`
        create table users (
          id text primary key,
          email text not null unique,
          name text not null,
          email_verified boolean not null default false,
          image text,
          two_factor_enabled boolean not null default false,
          first_signed_in_at timestamptz,
          created_at timestamptz not null,
          updated_at timestamptz not null
        )`.execute(tx)
      await sql`create index users_never_confirmed on users (created_at) where not email_verified and first_signed_in_at is null`.execute(
        tx,
      )
      await sql`
        create table sessions (
          id text primary key,
          token_hash text not null unique,
          user_id text not null references users (id) on delete cascade,
          workspace_id text not null references workspaces (id) on delete cascade,
          device_name text not null,
          ip_address text,
          user_agent text,
          created_at timestamptz not null,
          updated_at timestamptz not null,
          last_seen_at timestamptz not null,
          expires_at timestamptz not null
        )`.execute(tx)
      await sql`create index sessions_by_user on sessions (user_id)`.execute(tx)
      await sql`create index sessions_by_workspace on sessions (workspace_id)`.execute(tx)
      await sql`create index sessions_by_expiry on sessions (expires_at)`.execute(tx)
      await sql`
        create table sign_in_methods (
          id text primary key,
          user_id text not null references users (id) on delete cascade,
          provider_id text not null,
          account_id text not null,
          password text,
          access_token text,
          refresh_token text,
          id_token text,
          access_token_expires_at timestamptz,
          refresh_token_expires_at timestamptz,
          scope text,
          created_at timestamptz not null,
          updated_at timestamptz not null,
          unique (provider_id, account_id)
        )`.execute(tx)
      await sql`create index sign_in_methods_by_user on sign_in_methods (user_id)`.execute(tx)
      await sql`
        create table verifications (
          id text primary key,
          identifier text not null,
          value text not null,
          expires_at timestamptz not null,
          created_at timestamptz not null,
          updated_at timestamptz not null
        )`.execute(tx)
      await sql`create index verifications_by_identifier on verifications (identifier)`.execute(tx)
      await sql`create index verifications_by_expiry on verifications (expires_at)`.execute(tx)
      await sql`
        create table second_factors (
          id text primary key,
          user_id text not null unique references users (id) on delete cascade,
          secret text not null,
          backup_codes text not null,
          verified boolean not null default true,
          failed_verification_count integer not null default 0,
          locked_until timestamptz
        )`.execute(tx)
      await sql`create table attempts (bucket text primary key, window_at timestamptz not null, count integer not null)`.execute(
        tx,
      )
      await sql`create index attempts_by_window on attempts (window_at)`.execute(tx)
      await sql`
        create table studio_sign_ins (
          id_hash text primary key,
          redirect_uri text not null,
          code_challenge text not null,
          state text not null,
          code_hash text unique,
          user_id text references users (id) on delete cascade,
          expires_at timestamptz not null
        )`.execute(tx)
      await sql`create index studio_sign_ins_by_user on studio_sign_ins (user_id)`.execute(tx)
      await sql`create index studio_sign_ins_by_expiry on studio_sign_ins (expires_at)`.execute(tx)
    },
  },
  {
    id: '0102-handles',
    async up(tx) {
      await sql`
        create table handles (
          handle text primary key,
          workspace_id text not null references workspaces (id) on delete cascade,
          current boolean not null,
          open boolean not null default true,
          created_at timestamptz not null default now()
        )`.execute(tx)
      await sql`create unique index handles_one_current on handles (workspace_id) where current`.execute(tx)
      await sql`create index handles_by_workspace on handles (workspace_id)`.execute(tx)
      await sql`
        create table handle_claims (
          skeleton text primary key,
          workspace_id text references workspaces (id) on delete cascade,
          held_until timestamptz,
          check ((workspace_id is null) = (held_until is not null))
        )`.execute(tx)
      await sql`create index handle_claims_by_workspace on handle_claims (workspace_id)`.execute(tx)
      await sql`create index handle_claims_held on handle_claims (held_until) where held_until is not null`.execute(tx)
    },
  },
  {
    // A trigger, so that no way of ending a session, not even an operator's DELETE, leaves its sockets open.
    id: '0103-revocations',
    async up(tx) {
      await sql`create table revoked_sessions (session_id text primary key, at timestamptz not null default now())`.execute(
        tx,
      )
      await sql`create index revoked_sessions_by_time on revoked_sessions (at)`.execute(tx)
      await sql`
        create function announce_revoked_session() returns trigger language plpgsql as $$
        begin
          insert into revoked_sessions (session_id) values (old.id) on conflict do nothing;
          perform pg_notify(${sql.lit(revokedChannel)}, old.id);
          return old;
        end $$`.execute(tx)
      await sql`create trigger session_revoked after delete on sessions for each row execute function announce_revoked_session()`.execute(
        tx,
      )
    },
  },
  {
    // What is live of somebody was let in with the role of then: it is closed, and comes back with the one of now.
    id: '0104-role-changes',
    async up(tx) {
      await sql`
        create function announce_changed_role() returns trigger language plpgsql as $$
        declare
          session_id text;
        begin
          for session_id in
            select id from sessions where workspace_id = old.workspace_id and user_id = old.user_id
          loop
            insert into revoked_sessions values (session_id) on conflict on constraint revoked_sessions_pkey
              do update set at = now();
            perform pg_notify(${sql.lit(revokedChannel)}, session_id);
          end loop;
          return old;
        end $$`.execute(tx)
      // A session that ends after its role has changed is news once more.
      await sql`
        create or replace function announce_revoked_session() returns trigger language plpgsql as $$
        begin
          insert into revoked_sessions (session_id) values (old.id) on conflict (session_id) do update set at = now();
          perform pg_notify(${sql.lit(revokedChannel)}, old.id);
          return old;
        end $$`.execute(tx)
      await sql`
        create trigger role_changed after delete or update of role on members
          for each row execute function announce_changed_role()`.execute(tx)
    },
  },
]
