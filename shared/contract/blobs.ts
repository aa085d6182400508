import { eventIterator, oc } from '@orpc/contract'
import { type Static, Type } from 'typebox'
import { named } from './named-errors.ts'
import { standard } from './standard.ts'

const None = Type.Undefined()
const Done = Type.Void()
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })

export const ImportedImage = Type.Object({
  hash: Hash,
  name: Type.String(),
  type: Type.String(),
  bytes: Type.Integer(),
  width: Type.Integer(),
  height: Type.Integer(),
})
export type ImportedImage = Static<typeof ImportedImage>

/** How uploads go on this device. */
export const UploadSettings = Type.Object({
  /** Files on their way at a time. */
  parallel: Type.Integer({ minimum: 1, maximum: 6 }),
  /** Of all together; 0: as much as the line takes. */
  bytesPerSecond: Type.Integer({ minimum: 0 }),
  /** By hand, until it is taken back; it outlives the studio. */
  paused: Type.Boolean(),
  /** On a line that is paid for by volume, and while on air. */
  onMetered: Type.Union([Type.Literal('pause'), Type.Literal('go-on')]),
  whileLive: Type.Union([Type.Literal('pause'), Type.Literal('go-on')]),
})
export type UploadSettings = Static<typeof UploadSettings>

export const UploadState = Type.Object({
  /** Hashes that the server does not have yet. */
  waiting: Type.Array(Hash),
  /** Those on their way now. */
  sending: Type.Array(Type.Object({ hash: Hash, sentBytes: Type.Integer(), bytes: Type.Integer() })),
  /** Of all that waited since the queue was last empty. */
  sentBytes: Type.Integer(),
  totalBytes: Type.Integer(),
  /** Why nothing is sent although something waits. */
  paused: Type.Union([Type.Literal('no'), Type.Literal('manual'), Type.Literal('metered'), Type.Literal('live')]),
  settings: UploadSettings,
  problems: Type.Array(Type.Object({ hash: Hash, code: Type.String(), message: Type.String() })),
})
export type UploadState = Static<typeof UploadState>

export const blobs = {
  /**
   * Takes a picture in: upright, without location and device data, stored under its sha256. Errors: `image_invalid`,
   * `media_type_unsupported`, `too_large`, `storage_full`, each with a sentence.
   */
  importImage: oc
    .errors(named('image_invalid', 'media_type_unsupported', 'too_large', 'storage_full'))
    .input(standard(Type.Object({ name: Type.String({ maxLength: 1000 }), data: Type.Unsafe<Blob>(Type.Any()) })))
    .output(standard(ImportedImage)),
  /**
   * Keeps a picture as it is, where its bytes are what its name says: for one that comes back from an archive. Errors:
   * `hash_mismatch`, `media_type_unsupported`, `too_large`, `storage_full`.
   */
  keep: oc
    .errors(named('hash_mismatch', 'media_type_unsupported', 'too_large', 'storage_full'))
    .input(standard(Type.Object({ hash: Hash, data: Type.Unsafe<Blob>(Type.Any()) })))
    .output(standard(Done)),
  /**
   * Queues these files (pictures, films, what is made of them) and starts (or resumes) uploads of everything queued, with
   * this session; called when a network is there. The queue outlives the studio, and what has begun goes on where it was
   * cut off. A file that the server already has is not sent.
   * `ifHere` leaves out those whose bytes another device has, and those already queued. Error: `sign_in_required`.
   */
  upload: oc
    .errors(named('sign_in_required'))
    .input(standard(Type.Object({ hashes: Type.Array(Hash), ifHere: Type.Optional(Type.Boolean()) })))
    .output(standard(Done)),
  /** The state of the queue, at once and after every change. */
  uploads: oc.input(standard(None)).output(eventIterator(standard(UploadState))),
  /** Changes how uploads go; what is left out stays as it is. */
  uploadSettings: oc.input(standard(Type.Partial(UploadSettings))).output(standard(Done)),
  /** What only the studio's window knows: whether the line is metered, and whether it is on air. Until told otherwise. */
  uploadConditions: oc
    .input(standard(Type.Object({ metered: Type.Optional(Type.Boolean()), live: Type.Optional(Type.Boolean()) })))
    .output(standard(Done)),
}
