import type { Post } from '../../shared/collections/posts.ts'
import type { GroverError } from '../../shared/errors.ts'
import { type PublicVersion, publishVersions } from '../posts/publish.ts'
import { assignSlugs } from '../posts/slugs.ts'
import type { Tx } from '../sync/index.ts'
import type { Problem, Publication } from './publication.ts'
import { appendLog } from './store.ts'

/** `publish`: a plan is carried out. `update`: the author brings what is public up to date. */
export type Item = {
  row: Publication
  post: Pick<Post, 'slug' | 'updatedAt' | 'release'>
  content: PublicVersion['content']
  as: 'publish' | 'update'
}

export const problemOf = (error: GroverError): Problem => ({ code: error.code, message: error.message })

/**
 * Makes posts public, all in the transaction at hand, and returns their rows as they are then. A post whose address
 * cannot be had is left as it was, with its problem; the others go out.
 */
export async function makePublic(
  tx: Tx,
  workspaceId: string,
  items: readonly Item[],
  now: number,
): Promise<Publication[]> {
  if (items.length === 0) return []
  const slugs = await assignSlugs(
    tx,
    workspaceId,
    items.map(({ row, post, content }) => ({
      postId: row.postId,
      chosen: post.slug,
      title: content.title,
      current: row.slug,
    })),
  )
  const versions: PublicVersion[] = []
  const rows = items.map((item): Publication => {
    const slug = slugs.get(item.row.postId)
    if (typeof slug !== 'string') return refused(item, slug)
    const row = published(item, slug, now)
    versions.push({
      postId: row.postId,
      slug,
      revision: row.revision,
      publishedAt: row.publishedAt ?? now,
      updatedAt: now,
      content: item.content,
    })
    return row
  })
  await publishVersions(tx, workspaceId, versions)
  const done = new Set(versions.map((version) => version.postId))
  await appendLog(
    tx,
    workspaceId,
    items.flatMap(({ as, row: { postId, planId, dueAt } }, i) =>
      done.has(postId) ? [{ postId, action: as, planId, revision: rows[i]!.revision, dueAt, at: now }] : [],
    ),
  )
  return rows
}

function published({ row, post, as }: Item, slug: string, now: number): Publication {
  const version: Publication = {
    ...row,
    slug,
    live: true,
    revision: row.revision + 1,
    // What is public already keeps its date; what was taken down and planned again is new.
    publishedAt: row.live && row.publishedAt !== null ? row.publishedAt : now,
    publishedVersion: post.updatedAt,
    release: post.release,
    pendingRelease: '',
    problem: null,
  }
  return as === 'publish' ? { ...version, state: 'published', missing: [] } : version
}

function refused({ row, post, as }: Item, error: GroverError | undefined): Publication {
  const problem = error ? problemOf(error) : { code: 'internal', message: 'The post has no address.' }
  return as === 'publish'
    ? { ...row, state: 'failed', problem, missing: [] }
    : { ...row, problem, release: post.release, pendingRelease: '' }
}
