/** Files that systems leave in folders for themselves. */
const isHidden = (name: string): boolean => name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(name)

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

async function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    // A reader gives at most a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (isHidden(entry.name)) return []
  if (entry.isFile) return [await fileOf(entry as FileSystemFileEntry)]
  const inside = await entriesIn(entry as FileSystemDirectoryEntry)
  const lists: File[][] = []
  for (const each of inside) lists.push(await filesOf(each))
  return lists.flat()
}

/** Everything that was dropped, folders with what is in them. Must be called before the event has ended. */
export async function filesOfDrop(data: DataTransfer): Promise<File[]> {
  const items = [...data.items].filter(({ kind }) => kind === 'file')
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile())
  const lists = await Promise.all(
    entries.map(async (each) => (each instanceof File ? [each] : each ? filesOf(each) : [])),
  )
  return lists.flat()
}

/** Of a folder that was picked. */
export const withoutHidden = (files: readonly File[]): File[] => files.filter(({ name }) => !isHidden(name))
