import { clearJournal, type JournalStore, reformJournal } from '../posts/journal.ts'
import { snapshotDatabase } from '../posts/snapshots.ts'
import { deleteBrowserTables, deleteDatabase, openBrowserTables } from './browser-tables.ts'
import { databaseOf, type Form } from './names.ts'
import { reform } from './reform.ts'
import { createSealer } from './sealer.ts'

type Options = {
  workspaceId: string
  memory: JournalStore | null
  key: string
  to: Form
  onProgress(done: number, of: number): void
  onError(error: unknown): void
}

/** Brings everything that a browser keeps of a workspace into a form. The snapshot is made anew by itself. */
export async function reformBrowser({ workspaceId, memory, key, to, onProgress, onError }: Options): Promise<void> {
  const sealer = await createSealer(key)
  await deleteDatabase(snapshotDatabase(workspaceId))
  if (memory) reformJournal(memory, workspaceId, sealer, to)
  const { tables, close } = await openBrowserTables(databaseOf(workspaceId))
  try {
    await reform({ tables, sealer, to, onProgress, onError })
  } finally {
    close()
  }
}

export async function removeFromBrowser(workspaceId: string, memory: JournalStore | null): Promise<void> {
  await deleteDatabase(snapshotDatabase(workspaceId))
  if (memory) {
    clearJournal(memory, workspaceId)
    memory.removeItem(`grover:last-sync:${workspaceId}`)
  }
  await deleteBrowserTables(databaseOf(workspaceId))
}
