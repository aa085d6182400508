/** What a body may measure. Nobody writes beyond this by hand; a bomb does. */
export const bodyLimits = { depth: 48, nodes: 50_000, characters: 500_000, images: 200 } as const

/** The longest base64 a post's body may be (`PostSchema.body`). */
export const maxBodyLength = 1_900_000

/** A medium's name: the sha256 of its bytes in lower-case hex. */
export const hashPattern = /^[0-9a-f]{64}$/

/** Nodes that show a medium, each by its `hash`. */
export const isMedium = (nodeType: string): boolean => ['image', 'video', 'audio'].includes(nodeType)
