const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text made safe for element content and for attributes in double or single quotes. */
export const escapeHtml = (text: unknown): string => String(text).replace(/[&<>"']/g, (c) => entities[c] as string)

/** Markup that may stand on a page as it is, because `html` or a renderer that escapes for itself made it. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
  toString(): string {
    return this.markup
  }
}

export type Slot = Html | string | number | null | undefined | false | readonly Slot[]

const filled = (slot: Slot): string => {
  if (slot === null || slot === undefined || slot === false) return ''
  if (slot instanceof Html) return slot.markup
  if (Array.isArray(slot)) return slot.map(filled).join('')
  return escapeHtml(slot)
}

/**
 * Markup of a page or a feed: everything put into it is escaped, unless it was made by `html` itself. Attributes are always written
 * in double quotes in the template. `null`, `undefined` and `false` leave nothing; a list is joined.
 */
export function html(strings: TemplateStringsArray, ...slots: Slot[]): Html {
  let markup = strings[0] as string
  for (let i = 0; i < slots.length; i++) markup += filled(slots[i]) + strings[i + 1]
  return new Html(markup)
}

/** Markup from a renderer that escapes for itself. Each use needs a reason. */
export const trusted = (markup: string): Html => new Html(markup)

/** Data for machines inside a page; `<` is written so that no text in it can end the element. */
export const jsonForScript = (data: unknown): Html =>
  trusted(
    JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )

/**
 * A line of text without what could make it read as another: control characters, and the marks that turn the direction
 * of everything after them.
 */
export const plainLine = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
