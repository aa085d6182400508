import { baseMigrations, type Migration } from './migrate.ts'

/** All of the database's history; each feature tells its own part. */
export const migrations: Migration[] = [...baseMigrations]
