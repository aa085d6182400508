import type { Rescued, StudioDatabase } from '../types.ts'

/** Name of the note on this device: what came back stays told until somebody has seen it. */
const note = 'rescued'
const empty: Rescued = { documents: [], at: '' }

export async function noteRescued(db: StudioDatabase, documents: Rescued['documents'], now: number): Promise<void> {
  if (documents.length === 0) return
  const known = (await readRescued(db)).documents
  const added = documents.filter(({ collection, id }) => !known.some((k) => k.collection === collection && k.id === id))
  await db.upsertLocal(note, { documents: [...known, ...added], at: new Date(now).toISOString() })
}

async function readRescued(db: StudioDatabase): Promise<Rescued> {
  return ((await db.getLocal<Rescued>(note))?.toMutableJSON().data as Rescued | undefined) ?? empty
}

/** Tells what came back, at once and after every change. Returns how to stop listening. */
export function watchRescued(db: StudioDatabase, told: (rescued: Rescued) => void): () => void {
  const subscription = db
    .getLocal$<Rescued>(note)
    .subscribe((document) => told((document?.toMutableJSON().data as Rescued | undefined) ?? empty))
  return () => subscription.unsubscribe()
}

/** It was seen. */
export async function forgetRescued(db: StudioDatabase): Promise<void> {
  await (await db.getLocal(note))?.remove()
}
