import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import { type Media, newMedia, type Variant } from '../../shared/collections/media.ts'
import type { Outcome } from '../../shared/collections/outcomes.ts'
import type { Plan, Post } from '../../shared/collections/posts.ts'
import type { Version } from '../../shared/collections/versions.ts'
import { newId } from '../../shared/domain/id.ts'
import { type BodyNode, bodyFromJson, packBody, readBody } from '../../shared/domain/richtext/index.ts'
import { resolveLocal } from '../../shared/domain/schedule.ts'
import type { Database } from '../database/database.ts'
import type { App, Clock } from '../http/app.ts'
import { uploadHeaders } from '../media/upload-headers.ts'
import { uploadsPath } from '../media/uploads.ts'
import type { Sync } from '../sync/index.ts'
import { type DemoPost, demoAccount, demoPosts } from './content.ts'
import { filmMs, filmSize, makeFilms, recordingMs } from './films.ts'
import { drawPicture } from './pictures.ts'

type Parts = { app: App; db: Kysely<Database>; sync: Sync; clock: Clock }

/**
 * Fills an empty server with a sample creator, through the same doors a studio uses. Returns the lines that `--demo`
 * prints. Errors: the server already has people.
 */
export async function fillDemo({ app, db, sync, clock }: Parts): Promise<string[]> {
  const taken = await db.selectFrom('workspaces').select('id').limit(1).execute()
  if (taken.length > 0)
    throw new Error('--demo fills a new data folder only, and this one is in use. Choose another with --data.')
  const call = async <T>(
    method: 'GET' | 'POST',
    url: string,
    body?: unknown,
    token?: string,
    headers: Record<string, string> = {},
  ): Promise<T> => {
    const answer = await app.inject({
      method,
      url,
      headers: {
        accept: 'application/vnd.grover.sync+json, application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    if (answer.statusCode >= 300) throw new Error(`The demo could not be made: ${url} answered ${answer.body}`)
    return (answer.body === '' ? undefined : answer.json()) as T
  }

  const { email, password, name, handle, bio } = demoAccount
  await call('POST', '/api/auth/sign-up/email', { email, password, name, handle })
  const { token } = await call<{ token: string }>('POST', '/api/auth/sign-in/email', {
    email,
    password,
    deviceName: 'Demo',
  })
  const { workspace } = await call<{ workspace: { id: string } }>('GET', '/api/session', undefined, token)

  const push = async (collection: string, docs: object[]) => {
    const rows = docs.map((doc) => ({ newDocumentState: { ...doc, _deleted: false } }))
    const answer = await call<{ conflicts: unknown[]; refused: unknown[] }>(
      'POST',
      `/sync/${collection}/0/push`,
      rows,
      token,
    )
    if (answer.conflicts.length + answer.refused.length > 0)
      throw new Error(`The demo's ${collection} were refused: ${JSON.stringify(answer)}`)
  }

  const now = new Date(clock.now()).toISOString()
  const media: object[] = []
  const send = async (data: Buffer, type: string) => {
    const hash = createHash('sha256').update(data).digest('hex')
    await call('POST', uploadsPath, data, token, uploadHeaders({ hash, type, bytes: data.length }))
    return { hash, type, bytes: data.length }
  }
  const store = async (picture: NonNullable<DemoPost['picture']>) => {
    const { hash, ...file } = await send(await drawPicture(picture.hue), 'image/webp')
    const facts = { kind: 'image', ...file, width: 1600, height: 1000 } as const
    const about = { alt: picture.alt.slice(0, 1000) }
    media.push({ ...newMedia({ id: hash, name: `${picture.name}.webp`, durationMs: 0, ...facts }, now), ...about })
    return hash
  }

  const films = await makeFilms()
  const storeFilm = async ({ kind, name, alt }: NonNullable<DemoPost['film']>) => {
    if (!films) return undefined
    const made =
      kind === 'video'
        ? { ...(await send(films.film, 'video/mp4')), ...filmSize, durationMs: filmMs, role: 'mp4' as const }
        : {
            ...(await send(films.recording, 'audio/mp4')),
            ...{ width: 0, height: 0, durationMs: recordingMs, role: 'podcast' as const },
          }
    const { durationMs, ...file } = made
    const variants = [variant(file)]
    if (kind === 'video')
      variants.push(variant({ ...(await send(films.poster, 'image/jpeg')), ...filmSize, role: 'poster' }))
    const { hash: id, role: _, ...facts } = file
    const shown: Media = {
      ...newMedia({ id, kind, name: `${name}.${kind === 'video' ? 'mp4' : 'm4a'}`, durationMs, ...facts }, now),
      alt,
      variants,
    }
    media.push(shown)
    return shown
  }

  const avatar = await store({ name: 'avatar', alt: '', caption: '', hue: 150 })
  await push('settings', [
    {
      id: 'profile',
      profile: {
        name,
        bio,
        accentHue: 150,
        theme: 'paper',
        avatar,
        cover: await store({ name: 'cover', alt: '', caption: '', hue: 185 }),
        language: 'en',
      },
      updatedAt: now,
    },
  ])
  const posts: Post[] = []
  const versions: Version[] = []
  for (const { picture, film, ...sample } of demoPosts) {
    const cover = picture && (await store({ ...picture, name: `${picture.name}-cover`, hue: picture.hue + 25 }))
    const figures: BodyNode[] = []
    if (picture) figures.push(figure('image', { ...picture, hash: await store(picture), width: 1600, height: 1000 }))
    const shown = film && (await storeFilm(film))
    if (shown) figures.push(figure(shown.kind, { ...shown, hash: shown.id, caption: film.caption }))
    posts.push(toPost(sample, cover, figures, clock))
    versions.push(...(await versionsOf(sample, posts.at(-1)!)))
  }
  await push('media', media)
  await push('posts', posts)
  await push('versions', versions)

  const past = posts.filter((post) => post.plan.at !== '' && Date.parse(post.plan.at) < clock.now())
  await published(db, workspace.id, past.length)
  await backdate({ db, sync }, workspace.id, past)
  await call('POST', '/api/auth/sign-out', {}, token)
  return [`sign in  ${email}  ${password}`]
}

const figure = (
  type: Media['kind'],
  { hash, alt, caption, width, height }: Record<'hash' | 'alt' | 'caption', string> & typeof filmSize,
): BodyNode => ({ type, attrs: { hash, alt, caption, width, height } })

const variant = (file: Pick<Variant, 'hash' | 'role' | 'type' | 'bytes' | 'width' | 'height'>): Variant => ({
  id: file.role,
  ...file,
  ...{ bitrate: 0, codecs: '', playlist: '', language: '', label: '' },
})

function toPost(
  sample: Omit<DemoPost, 'picture' | 'film'>,
  cover: string | undefined,
  figures: BodyNode[],
  clock: Clock,
): Post {
  const body = bodyFromJson({ type: 'doc', content: [...sample.body.slice(0, 2), ...figures, ...sample.body.slice(2)] })
  const { text, words, images } = readBody(body)
  const plan = planOf(sample, clock)
  const written = plan.at ? new Date(Date.parse(plan.at) - 26 * 3_600_000) : new Date(clock.now() - 3 * 3_600_000)
  const at = new Date(Math.min(written.getTime(), clock.now() - 60_000)).toISOString()
  return {
    id: newId(Date.parse(at)),
    kind: 'post',
    title: sample.title,
    summary: sample.summary,
    slug: '',
    tags: sample.tags,
    visibility: 'public',
    body,
    text,
    words,
    cover: cover ?? '',
    images,
    plan,
    release: '',
    withdrawn: '',
    createdAt: at,
    updatedAt: at,
  }
}

/** The versions of a sample; its pictures came in with the last of them. */
function versionsOf({ versions = [] }: Pick<DemoPost, 'versions'>, post: Post): Promise<Version[]> {
  return Promise.all(
    versions.map(async ({ hoursBefore, body, ...version }) => {
      const at = new Date(Date.parse(post.plan.at) - hoursBefore * 3_600_000).toISOString()
      const { json, words } = readBody(bodyFromJson({ type: 'doc', content: body }))
      const { title, summary, slug, tags, visibility } = post
      const fields = { title, summary, slug, tags, visibility, cover: '' }
      return {
        ...fields,
        ...version,
        id: newId(Date.parse(at)),
        postId: post.id,
        at,
        words,
        body: await packBody(json),
      }
    }),
  )
}

function planOf({ day, time }: Pick<DemoPost, 'day' | 'time'>, clock: Clock): Plan {
  const id = newId(clock.now())
  if (day === undefined || time === undefined) return { id, mode: 'draft', local: '', zone: '', at: '', late: 'ask' }
  const zone = Temporal.Now.timeZoneId()
  const date = Temporal.Instant.fromEpochMilliseconds(clock.now())
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .add({ days: day })
  const local = `${date.toString()}T${time}:00`
  return { id, mode: 'schedule', local, zone, at: resolveLocal(local, zone).at, late: 'publish' }
}

async function published(db: Kysely<Database>, workspaceId: string, count: number): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from published_posts where workspace_id = ${workspaceId}`.execute(db)
    if (rows[0]?.n === count) return
    await delay(50)
  }
  throw new Error('The demo’s posts were not published within 30 seconds.')
}

/** The samples' past: what was published just now is given the day it pretends to. */
async function backdate({ db, sync }: Pick<Parts, 'db' | 'sync'>, workspaceId: string, posts: Post[]): Promise<void> {
  await sql`
    update published_posts p set published_at = u.due_at, updated_at = u.due_at from publications u
    where p.workspace_id = ${workspaceId} and u.workspace_id = p.workspace_id and u.post_id = p.post_id`.execute(db)
  await sql`update publications set published_at = due_at where workspace_id = ${workspaceId} and live`.execute(db)
  await sync.transaction(workspaceId, async (tx) => {
    const outcomes = await sync.read(
      tx,
      workspaceId,
      'outcomes',
      posts.map((post) => post.id),
    )
    const at = new Map(posts.map((post) => [post.id, post.plan.at]))
    const moved = [...outcomes.values()].map(
      (outcome) => ({ ...outcome, publishedAt: at.get(outcome.id) ?? '' }) as Outcome,
    )
    await sync.write(tx, workspaceId, 'outcomes', moved)
  })
}
