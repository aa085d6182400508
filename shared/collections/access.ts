import type { CollectionName } from './index.ts'

/** What somebody is in a workspace. */
export const roles = ['owner', 'editor', 'moderator', 'viewer'] as const
export type Role = (typeof roles)[number]

type Access = { read: readonly Role[]; write: readonly Role[] }

const authors: Access = { read: ['owner', 'editor', 'viewer'], write: ['owner', 'editor'] }

/**
 * Who pulls a collection and who pushes to it; whoever writes also reads. A moderator looks after the audience: drafts
 * are none of theirs.
 */
const access: Record<CollectionName, Access> = {
  posts: authors,
  media: authors,
  outcomes: { ...authors, write: [] },
  lost: authors,
  versions: authors,
  settings: { read: roles, write: ['owner', 'editor'] },
}

const accessTo = (collection: string): Access =>
  Object.hasOwn(access, collection) ? access[collection as CollectionName] : authors

export const mayRead = (role: Role, collection: string): boolean => accessTo(collection).read.includes(role)
export const mayWrite = (role: Role, collection: string): boolean => accessTo(collection).write.includes(role)
