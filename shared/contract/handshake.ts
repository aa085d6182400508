/** The message, and the channel, by which a page of the desktop app hands its host one end of a MessageChannel. */
export const hostHandshake = 'grover:host'

/** Scheme of the desktop app: its pages are `grover-studio://app/…`, links from outside `grover-studio://open/…`. */
export const studioScheme = 'grover-studio'
