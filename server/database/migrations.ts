import { accountsMigrations } from '../accounts/migrations.ts'
import { mediaMigrations } from '../media/migrations.ts'
import { postsMigrations } from '../posts/migrations.ts'
import { scheduleMigrations } from '../schedule/migrations.ts'
import { siteMigrations } from '../site/migrations.ts'
import { syncMigrations } from '../sync/migrations.ts'
import { baseMigrations, type Migration } from './migrate.ts'

/** All of the database's history; each feature tells its own part. */
export const migrations: Migration[] = [
  ...baseMigrations,
  ...accountsMigrations,
  ...syncMigrations,
  ...mediaMigrations,
  ...postsMigrations,
  ...scheduleMigrations,
  ...siteMigrations,
]
