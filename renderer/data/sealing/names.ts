export type Form = 'plain' | 'sealed'

/** The database of a workspace in this browser. */
export const databaseOf = (workspaceId: string): string => `grover-${workspaceId.toLowerCase()}`
