/** A file in the blob store; width and height are 0 for what is no picture. */
export type StoredBlob = { hash: string; type: string; bytes: number; width: number; height: number }

export const keyOf = (workspaceId: string, hash: string): string => `${workspaceId}/${hash}`
