import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { readText, setAside, writeAtomic } from './files.ts'
import type { Log } from './log.ts'
import { createQueue } from './queue.ts'

const Problem = Type.Object({ code: Type.String(), message: Type.String(), final: Type.Boolean() })
const Upload = Type.Object({
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  workspaceId: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  /** Path on the server where it has begun. */
  path: Type.Optional(Type.String({ pattern: '^/api/uploads/' })),
  /** Why it is not there yet; `final`: trying again would change nothing. */
  problem: Type.Optional(Problem),
})
export type Upload = Static<typeof Upload>

const format = 1
const File = Type.Object({ format: Type.Literal(format), uploads: Type.Array(Upload) })

/** The queue of uploads on disk, in order of asking. */
export function createUploadList(options: { path: string; log: Log; now?: () => number; write?: typeof writeAtomic }) {
  const { path, log, now = Date.now, write = writeAtomic } = options
  const inTurn = createQueue()
  let known: Upload[] | undefined

  async function read(): Promise<Upload[]> {
    if (known) return known
    const text = await readText(path)
    known = []
    if (text === undefined) return known
    try {
      known = Value.Parse(File, JSON.parse(text)).uploads
    } catch (error) {
      log(`The list of uploads could not be read and was set aside as ${await setAside(path, now())}.`, error)
    }
    return known
  }
  const edits: ((uploads: Upload[]) => Upload[])[] = []
  let turn: Promise<void> | undefined
  /** What comes while the file is being written goes into it together at the next turn: a thousand photos are not a thousand files. */
  const change = (edit: (uploads: Upload[]) => Upload[]): Promise<void> => {
    edits.push(edit)
    turn ??= inTurn(async () => {
      turn = undefined
      const next = edits.splice(0).reduce((uploads, each) => each(uploads), await read())
      await write(path, JSON.stringify({ format, uploads: next }))
      known = next
    })
    return turn
  }
  const is = (a: Upload, b: Upload) => a.hash === b.hash && a.workspaceId === b.workspaceId

  return {
    all: () => inTurn(async () => [...(await read())]),
    /** What is asked for again loses its problem: somebody wants it tried once more. */
    add: async (added: Upload[]) => {
      if (added.length === 0) return
      await change((uploads) => [
        ...uploads.map((upload) => {
          const renewed = added.find((one) => is(one, upload))
          return renewed ? { ...renewed, ...(upload.path ? { path: upload.path } : {}) } : upload
        }),
        ...added.filter(
          (one, at) => !uploads.some((upload) => is(one, upload)) && added.findIndex((a) => is(a, one)) === at,
        ),
      ])
    },
    /** It has begun at this path. */
    begin: (upload: Upload, path: string) =>
      change((uploads) => uploads.map((one) => (is(one, upload) ? { ...one, path } : one))),
    remove: (upload: Upload) => change((uploads) => uploads.filter((one) => !is(one, upload))),
    /** What has a problem goes to the end: one that the server chokes on does not hold up the rest. */
    note: (upload: Upload, problem: Static<typeof Problem>) =>
      change((uploads) => [
        ...uploads.filter((one) => !is(one, upload)),
        ...uploads.filter((one) => is(one, upload)).map((one) => ({ ...one, problem })),
      ]),
  }
}
