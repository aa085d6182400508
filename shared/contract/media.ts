import { eventIterator, oc } from '@orpc/contract'
import { type Static, Type } from 'typebox'
import { type MediaFacts, MediaSchema, VariantSchema } from '../collections/media.ts'
import { named } from './named-errors.ts'
import { standard } from './standard.ts'

/**
 * The host's media engine. It keeps bytes by their sha256 and works on them with ffmpeg; what is known of a medium is the
 * renderer's to write. So nothing here changes a document: a job ends with a result, the result stays in the list (also
 * over a restart) until the renderer says `taken`, and by then the renderer has written it.
 */

const None = Type.Undefined()
const Done = Type.Void()
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Part = Type.Number({ minimum: 0, maximum: 1 })
const Focus = MediaSchema.properties.focus
const Milliseconds = Type.Integer({ minimum: 0, maximum: 1e9 })

/** Where a file is taken in: POST of its bytes as the body, same origin as `blobBase`. */
export const importPath = '/import'
export const fileNameHeader = 'x-file-name'

/** The headers of an import. A name is for people alone; a header carries ASCII, and only so much of it. */
export const importHeaders = (name: string): Record<string, string> => ({
  [fileNameHeader]: encodeURIComponent(name.slice(0, 1000).toWellFormed()),
})

/**
 * What an import is answered with (200). Everything else is `{code, error: true, message}` with its status:
 * `media_type_unsupported` (no picture, film or recording, whatever its name says), `media_invalid` (empty, cut off or
 * damaged), `media_encrypted`, `image_invalid`, `too_large` (pictures), `media_tools_missing` (a film, and no ffmpeg),
 * `storage_full`; none of them leaves anything behind. Leaving the request drops what has come.
 */
export type Imported = MediaFacts & {
  /** The same bytes were here before. */
  known: boolean
}

// ---- Recipes: what can be made.

const Chapter = Type.Object({ startMs: Milliseconds, title: Type.String({ maxLength: 200 }) })

export const Recipes = {
  /**
   * An MP4 for every browser: H.264 and AAC, at most 1080p, 60 pictures a second and 8 bits, upright, the index in front,
   * without place, device or other private data. What fits already is copied, not encoded anew. Of an animated picture
   * too. `loudness`: brought to −16 LUFS. → variant `mp4`
   */
  web: Type.Object({ kind: Type.Literal('web'), loudness: Type.Boolean() }),
  /**
   * A ladder of fragmented MP4s from one decoding. `playlist` of each variant is the media playlist of its rung, with
   * `playlistPlaceholder` for its file; who serves them writes the main playlist from `bitrate`, `codecs`, `width` and
   * `height`. → variants `hls-1080`, `hls-720`, `hls-480`, `hls-240`, by the shorter side; never larger than the film
   */
  hls: Type.Object({ kind: Type.Literal('hls'), loudness: Type.Boolean() }),
  /** The picture at that time, WebP, at most 1280 px. → variant `poster` */
  poster: Type.Object({ kind: Type.Literal('poster'), atMs: Milliseconds }),
  /** Up to 100 small pictures of the whole film in one JPEG, placed by WebVTT. → variant `sprite` with `playlist` */
  sprite: Type.Object({ kind: Type.Literal('sprite') }),
  /** Peaks of the sound as `Waveform` JSON. → variant `waveform` */
  waveform: Type.Object({ kind: Type.Literal('waveform') }),
  /** WebVTT from SRT or WebVTT. → variant `captions-LANGUAGE` */
  captions: Type.Object({
    kind: Type.Literal('captions'),
    text: Type.String({ maxLength: 2_000_000 }),
    language: Type.String({ pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$', maxLength: 31 }),
    label: Type.String({ maxLength: 100 }),
  }),
  /** The sound alone, stereo, at −16 LUFS, with chapters and a cover (the hash of a picture, or empty). → variant `podcast` */
  podcast: Type.Object({
    kind: Type.Literal('podcast'),
    format: Type.Union([Type.Literal('m4a'), Type.Literal('mp3')]),
    title: Type.String({ maxLength: 200 }),
    artist: Type.String({ maxLength: 200 }),
    chapters: Type.Array(Chapter, { maxItems: 200 }),
    cover: Type.String({ pattern: '^([0-9a-f]{64})?$' }),
  }),
  /**
   * A picture in sizes, cut to `aspect` (width / height; 0: as it is) around `focus`, never larger than it is.
   * → variants `image-WIDTH-avif|webp|jpeg`
   */
  sizes: Type.Object({
    kind: Type.Literal('sizes'),
    widths: Type.Array(Type.Integer({ minimum: 16, maximum: 4096 }), { minItems: 1, maxItems: 10 }),
    formats: Type.Array(Type.Union([Type.Literal('avif'), Type.Literal('webp'), Type.Literal('jpeg')]), {
      minItems: 1,
      maxItems: 3,
    }),
    aspect: Type.Number({ minimum: 0, maximum: 20 }),
    focus: Focus,
  }),
  /** `exact`: to the picture, encoded anew; else from the key frame at or before `startMs`, copied. → file */
  trim: Type.Object({
    kind: Type.Literal('trim'),
    startMs: Milliseconds,
    endMs: Milliseconds,
    exact: Type.Boolean(),
  }),
  /** A part of the picture, in parts of width and height. → file */
  crop: Type.Object({
    kind: Type.Literal('crop'),
    left: Part,
    top: Part,
    width: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    height: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
  }),
  /** The largest part of that shape (width / height, 0.5625 for 9:16) that keeps `focus`. → file */
  reframe: Type.Object({
    kind: Type.Literal('reframe'),
    aspect: Type.Number({ minimum: 0.1, maximum: 10 }),
    focus: Focus,
  }),
  /** A picture in a corner; `width` as a part of the film's. → file */
  watermark: Type.Object({
    kind: Type.Literal('watermark'),
    picture: Hash,
    corner: Type.Union([
      Type.Literal('top-left'),
      Type.Literal('top-right'),
      Type.Literal('bottom-left'),
      Type.Literal('bottom-right'),
    ]),
    width: Type.Number({ minimum: 0.02, maximum: 1 }),
    opacity: Part,
  }),
  /** Captions (SRT or WebVTT) drawn into the picture. → file */
  burn: Type.Object({ kind: Type.Literal('burn'), text: Type.String({ maxLength: 2_000_000 }) }),
}
export const Recipe = Type.Union(Object.values(Recipes))
export type Recipe = { [K in keyof typeof Recipes]: Static<(typeof Recipes)[K]> }[keyof typeof Recipes]
export type RecipeKind = Recipe['kind']
export type RecipeOf<K extends RecipeKind> = Extract<Recipe, { kind: K }>

/** The file of a `waveform` variant: for each of `points` equal parts of the sound its loudest sample, 0 to 100. */
export const Waveform = Type.Object({
  durationMs: Type.Integer({ minimum: 0 }),
  peaks: Type.Array(Type.Integer({ minimum: 0, maximum: 100 })),
})
export type Waveform = Static<typeof Waveform>

// ---- Jobs

const Facts = Type.Pick(MediaSchema, ['id', 'kind', 'name', 'type', 'bytes', 'width', 'height', 'durationMs'])

/** `variants` belong to the medium that was worked on; `file` is a new original, a medium of its own. */
export const JobResult = Type.Union([
  Type.Object({ variants: Type.Array(VariantSchema) }),
  Type.Object({ file: Facts }),
])
export type JobResult = Static<typeof JobResult>

export const jobStates = ['waiting', 'running', 'paused', 'done', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]
export const JobState = Type.Unsafe<JobState>(Type.Union(jobStates.map((state) => Type.Literal(state))))

export const MediaJob = Type.Object({
  id: Type.String({ maxLength: 40 }),
  /** Of the medium that is worked on. */
  hash: Hash,
  kind: Type.Unsafe<RecipeKind>(Type.Union(Object.values(Recipes).map((recipe) => recipe.properties.kind))),
  state: JobState,
  /** 0 to 1; never less than before while it runs, and 1 only when it is done. */
  progress: Part,
  /** What is left, by how it went so far; null while nothing can be said. */
  msLeft: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  problem: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
  result: Type.Union([JobResult, Type.Null()]),
  /** The graphics hardware failed at it, so it was made in software. */
  fellBack: Type.Optional(Type.Boolean()),
})
export type MediaJob = Static<typeof MediaJob>

/** Every job, in order of asking, and how many may run side by side. */
export const MediaJobs = Type.Object({ jobs: Type.Array(MediaJob), parallel: Type.Integer(), calm: Type.Boolean() })
export type MediaJobs = Static<typeof MediaJobs>

// ---- Tools

const Tool = Type.Object({
  path: Type.String(),
  /** As it names itself, e.g. `5.1.9-0+deb12u1`. */
  version: Type.String(),
  from: Type.Union([Type.Literal('setting'), Type.Literal('bundled'), Type.Literal('path'), Type.Literal('package')]),
})

export const MediaTools = Type.Object({
  ffmpeg: Type.Union([Tool, Type.Null()]),
  ffprobe: Type.Union([Tool, Type.Null()]),
  /** What this build of ffmpeg lacks of what recipes use, by its name in ffmpeg, e.g. `libx264`, `zscale`, `subtitles`. */
  lacking: Type.Array(Type.String()),
  /** H.264 encoders on this machine's graphics hardware that the build names, the preferred first, and whether what each makes of a short clip is whole. */
  hardware: Type.Array(Type.Object({ name: Type.String(), works: Type.Boolean() })),
  /** Whether the first of them that works is used. */
  prefersHardware: Type.Boolean(),
  /** What films are encoded with now, by its name in ffmpeg; empty without ffmpeg. */
  encoder: Type.String(),
  /** Where something is to be done about it: what, with the command. Empty: all is well. */
  advice: Type.String(),
})
export type MediaTools = Static<typeof MediaTools>

/** What ffprobe sees in a file, in the product's own words. */
export const MediaProbe = Type.Object({
  /** As ffmpeg names it, e.g. `mov,mp4,m4a,3gp,3g2,mj2`. */
  format: Type.String(),
  durationMs: Type.Integer(),
  bitrate: Type.Integer(),
  video: Type.Union([
    Type.Object({
      codec: Type.String(),
      profile: Type.String(),
      /** Ten times the H.264 level (41), or as the codec counts. */
      level: Type.Integer(),
      pixels: Type.String(),
      /** As shown: upright, square pixels. */
      width: Type.Integer(),
      height: Type.Integer(),
      /** Quarter turns it is stored away from upright, in degrees: 0, 90, 180, 270. */
      rotation: Type.Integer(),
      framesPerSecond: Type.Number(),
      isVariable: Type.Boolean(),
      isHdr: Type.Boolean(),
    }),
    Type.Null(),
  ]),
  audio: Type.Union([
    Type.Object({
      codec: Type.String(),
      channels: Type.Integer(),
      sampleRate: Type.Integer(),
      bitrate: Type.Integer(),
    }),
    Type.Null(),
  ]),
})
export type MediaProbe = Static<typeof MediaProbe>

const OfJob = standard(Type.Object({ id: Type.String({ maxLength: 40 }) }))

export const media = {
  /** What is there to work with; looked for once, and again after `useTools`. */
  tools: oc.input(standard(None)).output(standard(MediaTools)),
  /**
   * Uses this ffmpeg and the ffprobe beside it (else the one found otherwise); empty: whatever is found. Error:
   * `media_tools_missing` when no ffmpeg runs there, and nothing is changed.
   */
  useTools: oc
    .errors(named('media_tools_missing'))
    .input(standard(Type.Object({ ffmpeg: Type.String({ maxLength: 4000 }) })))
    .output(standard(MediaTools)),
  /** Whether films are encoded by graphics hardware, where some works; kept. It is quicker, and the files become larger. */
  preferHardware: oc.input(standard(Type.Object({ on: Type.Boolean() }))).output(standard(MediaTools)),
  /** Errors: `not_found` (not on this device), `media_type_unsupported`, `media_invalid`, `media_encrypted`, `media_tools_missing`. */
  probe: oc
    .errors(named('not_found', 'media_type_unsupported', 'media_invalid', 'media_encrypted', 'media_tools_missing'))
    .input(standard(Type.Object({ hash: Hash })))
    .output(standard(MediaProbe)),
  /**
   * Asks for something to be made, and resolves at once. `name`: what a new original is called. The same recipe for the
   * same medium while one is on its way is that one. What goes wrong later is the job's `problem`: `not_found`,
   * `media_invalid`, `media_unfit` (this recipe is not for such a medium), `media_unsupported` (this build of ffmpeg
   * cannot), `media_failed`, `captions_invalid`, `media_tools_missing`, `storage_full`.
   */
  start: oc
    .errors(named('not_found', 'storage_full'))
    .input(
      standard(
        Type.Object({
          hash: Hash,
          recipe: Type.Unsafe<Recipe>(Recipe),
          name: Type.Optional(Type.String({ maxLength: 255 })),
        }),
      ),
    )
    .output(standard(Type.Object({ id: Type.String() }))),
  /** All jobs, at once and after every change (at most ten times a second). */
  jobs: oc.input(standard(None)).output(eventIterator(standard(MediaJobs))),
  /** Within half a second nothing of it runs or is left. A job that has ended stays as it is. */
  cancel: oc.input(OfJob).output(standard(Done)),
  /** Stops where it is. On systems without that, and over a restart of the studio, it starts over when resumed. */
  pause: oc.input(OfJob).output(standard(Done)),
  resume: oc.input(OfJob).output(standard(Done)),
  /** One that failed or was cancelled waits for its turn again. */
  retry: oc.input(OfJob).output(standard(Done)),
  /** Cancels it where it is not done, and takes it off the list. */
  forget: oc.input(OfJob).output(standard(Done)),
  /** The result is written down: takes the job off the list. */
  taken: oc.input(OfJob).output(standard(Done)),
  /** How many jobs run side by side; kept. More than one is seldom faster, for one job uses every core. */
  limit: oc.input(standard(Type.Object({ parallel: Type.Integer({ minimum: 1, maximum: 8 }) }))).output(standard(Done)),
  /** While live: what runs gives way to everything else. Not kept. */
  calm: oc.input(standard(Type.Object({ on: Type.Boolean() }))).output(standard(Done)),
}
