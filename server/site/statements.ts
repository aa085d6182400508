/**
 * The SQL behind the audience's pages, each page one statement: a round trip costs more than anything else here. They
 * are prepared once a connection, since planning them takes several times as long as running them. `$1` is a handle. Limits are written in: of a limit that is a parameter PostgreSQL fears the worst, and plans anew each time.
 */

/** Posts on a page of the list. */
export const pageLength = 20
/** How many of the newest posts a feed has. */
const feedLength = 30
/** The most addresses a sitemap may list. Source: https://www.sitemaps.org/protocol.html */
export const sitemapLimit = 50_000

/**
 * What readers may see, word for word as in the feed's partial index; a parameter in its place would hide the index
 * from the planner.
 */
const publicIn = (table: string) => `${table}.withdrawn_at is null and ${table}.visibility = 'public'`
const isPublic = publicIn('published_posts')

const utc = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/**
 * Whose page it is. Dates are told in the zone the creator chose to plan in; for those who never chose, in that of their
 * newest planned post, since their devices know it and plan in it. A picture is shown once its bytes have arrived.
 */
const byHandle = `
  select w.id, w.handle, coalesce(nullif(p.name, ''), w.name) as name, p.bio, p.language, p.theme, p.accent_hue,
    coalesce(nullif(d.doc -> 'calendar' ->> 'zone', ''), (
      select pub.zone from (
        select workspace_id, post_id, published_at from published_posts
        where workspace_id = w.id and ${isPublic}
        order by published_at desc, post_id desc limit 10
      ) newest
      join publications pub on pub.workspace_id = newest.workspace_id and pub.post_id = newest.post_id
      where pub.zone <> ''
      order by newest.published_at desc limit 1)) as zone,
    a.hash as avatar, a.width as avatar_width, a.height as avatar_height,
    c.hash as cover, c.width as cover_width, c.height as cover_height
  from handles h
  join workspaces w on w.id = h.workspace_id
  left join profiles p on p.workspace_id = w.id
  left join blobs a on a.workspace_id = w.id and a.hash = p.avatar
  left join blobs c on c.workspace_id = w.id and c.hash = p.cover
  left join documents d
    on d.workspace_id = w.id and d.collection = 'settings' and d.id = 'calendar' and not d.deleted
  where h.handle = $1 and h.open`

/** Columns of a post in a list; the start of its text stands in for a summary only where there is none. */
const listed = (p: string) => `
  ${p}.post_id, ${p}.slug, ${p}.title, ${p}.summary, case when ${p}.summary = '' then left(${p}.text, 300) end as excerpt,
  ${p}.tags, ${p}.cover, ${p}.revision, b.width as cover_width, b.height as cover_height, ${p}.words,
  (extract(epoch from ${p}.published_at) * 1000000)::bigint as micros,
  ${utc(`${p}.published_at`)} as published_at, ${utc(`${p}.updated_at`)} as updated_at`

/** The creator and, in one JSON column, what `inner` finds for them (`me.id` is the workspace). */
const withCreator = (inner: string) => `
  select me.*, found.result from (${byHandle}) me left join lateral (${inner}) found on true`

const instant = (parameter: string) => `to_timestamp(0) + ${parameter}::bigint * interval '1 microsecond'`

export type Direction = 'newest' | 'before' | 'after'

/**
 * A page of the list and one post more, to tell whether there is more. `$2` is the tag if `byTag`, and the last two are
 * the cursor (microseconds, post). The page is cut out first, so that long texts are opened and pictures joined for its
 * posts alone.
 */
function list(direction: Direction, byTag: boolean): string {
  const order = direction === 'after' ? 'asc' : 'desc'
  const [micros, postId] = byTag ? ['$3', '$4'] : ['$2', '$3']
  const cursor =
    direction === 'newest'
      ? ''
      : `and (published_at, post_id) ${direction === 'before' ? '<' : '>'} (${instant(micros)}, ${postId}::text)`
  return withCreator(`
    select json_agg(page order by page.micros desc, page.post_id desc) as result from (
      select ${listed('l')} from (
        select workspace_id, post_id, slug, title, summary, text, tags, cover, revision, words, published_at,
          updated_at
        from published_posts
        where workspace_id = me.id and ${isPublic}
          ${byTag ? "and site_tag_keys(workspace_id, tags) @> array[me.id || '/' || lower($2::text)]" : ''} ${cursor}
        order by published_at ${order}, post_id ${order}
        limit ${pageLength + 1}
      ) l
      left join blobs b on b.workspace_id = l.workspace_id and b.hash = l.cover
    ) page`)
}

export const lists: Readonly<Record<Direction, { all: string; tagged: string }>> = {
  newest: { all: list('newest', false), tagged: list('newest', true) },
  before: { all: list('before', false), tagged: list('before', true) },
  after: { all: list('after', false), tagged: list('after', true) },
}

/**
 * The state of a post's films and recordings, since their enclosures change without the post: `seq` tells that a document
 * changed, `files` and `at` that a file came or went. Null where it has none.
 */
const filmsOf = (p: string) => `(
  select json_build_object('seq', max(d.seq), 'files', count(f.hash), 'at', ${utc('max(greatest(d.updated_at, f.created_at))')})
  from post_media m
  join documents d on d.workspace_id = m.workspace_id and d.collection = 'media' and d.id = m.hash
    and d.doc ->> 'kind' in ('video', 'audio')
  left join (
    media_files named join blobs f on f.workspace_id = named.workspace_id and f.hash = named.hash
  ) on named.workspace_id = d.workspace_id and named.media_id = d.id
  where m.workspace_id = ${p}.workspace_id and m.post_id = ${p}.post_id
  having count(*) > 0) as films`

const newest = (body: string) =>
  withCreator(`
  select json_agg(page order by page.micros desc, page.post_id desc) as result from (
    select ${listed('l')}, ${filmsOf('l')}${body} from (
      select * from published_posts where workspace_id = me.id and ${isPublic}
      order by published_at desc, post_id desc limit ${feedLength}
    ) l
    left join blobs b on b.workspace_id = l.workspace_id and b.hash = l.cover
  ) page`)

/** The newest posts with their text. */
export const feed = newest(', l.body')
/** The same without the text, which is most of it: enough to know whether a feed has changed. */
export const feedHead = newest('')

const neighbour = (than: '<' | '>', order: 'asc' | 'desc') => `(
  select json_build_object('slug', n.slug, 'title', n.title) from published_posts n
  where n.workspace_id = p.workspace_id and ${publicIn('n')}
    and (n.published_at, n.post_id) ${than} (p.published_at, p.post_id)
  order by n.published_at ${order}, n.post_id ${order} limit 1)`

/** The post that has or had the address `$2`, with the posts beside it. */
export const post = withCreator(`
  select row_to_json(page) as result from (
    select ${listed('p')}, p.body, p.visibility, p.withdrawn_at is not null as gone,
      ${neighbour('>', 'asc')} as newer, ${neighbour('<', 'desc')} as older
    from post_slugs s
    join published_posts p on p.workspace_id = s.workspace_id and p.post_id = s.post_id
    left join blobs b on b.workspace_id = p.workspace_id and b.hash = p.cover
    where s.workspace_id = me.id and s.slug = $2
  ) page`)

/** The creator alone: for the pages that say that there is nothing. */
export const creatorByHandle = `select me.*, null as result from (${byHandle}) me`

/** The newest addresses, for a sitemap; one is the creator's own. */
export const addresses = withCreator(`
  select json_agg(json_build_object('slug', l.slug, 'updatedAt', ${utc('l.updated_at')})) as result from (
    select slug, updated_at from published_posts where workspace_id = me.id and ${isPublic}
    order by published_at desc, post_id desc limit ${sitemapLimit - 1}
  ) l`)

/** Of the workspaces numbered after `$1` up to `$2`, those with something to read, with the time of their newest post. */
export const creators = `
  select w.handle, ${utc('p.published_at')} as newest
  from workspaces w
  join handles h on h.handle = w.handle and h.open
  join lateral (
    select published_at from published_posts where workspace_id = w.id and ${isPublic}
    order by published_at desc, post_id desc limit 1
  ) p on true
  where w.number > $1 and w.number <= $2
  order by w.number`

/** The highest number of a workspace. */
export const lastNumber = 'select coalesce(max(number), 0) as last from workspaces'
