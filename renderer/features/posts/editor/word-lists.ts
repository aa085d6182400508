/**
 * Word puts lists on the clipboard as paragraphs: `<p style="mso-list:l0 level2 lfo1">` with the bullet as text in a
 * span marked `mso-list:Ignore`. These are the pure parts of turning them back into lists.
 */
export type WordItem = { level: number; ordered: boolean; start: number }

const ordinal = /^\(?([0-9]{1,4}|[a-z]{1,2}|[ivxlcdm]{1,8})[.)]$/i

/** What a paragraph's style and bullet text say, or null when it is no list item. */
export function wordItem(style: string, bullet: string): WordItem | null {
  const list = /mso-list:\s*(?!Ignore)[^;]*?level([1-9])/i.exec(style)
  if (!list) return null
  const marker = bullet.replace(/[\s\u00a0]/g, '')
  // Word's hollow bullet is a lone letter "o" with no full stop.
  const ordered = ordinal.test(marker)
  const number = Number(marker.replace(/\D/g, ''))
  return { level: Number(list[1]), ordered, start: ordered && number > 0 ? number : 1 }
}

type WordList = { ordered: boolean; start: number; items: { index: number; children: WordList[] }[] }

/** Nests a run of items by level; an item deeper than its parent by more than one is put one below it. */
export function nestItems(items: readonly WordItem[]): WordList[] {
  const roots: WordList[] = []
  const open: { level: number; list: WordList }[] = []
  items.forEach((item, index) => {
    while (open.length > 0 && open[open.length - 1]!.level > item.level) open.pop()
    let top = open[open.length - 1]
    if (!top || top.level < item.level || top.list.ordered !== item.ordered) {
      if (top && top.level === item.level) open.pop()
      const parent = open[open.length - 1]?.list.items.at(-1)
      const list: WordList = { ordered: item.ordered, start: item.start, items: [] }
      if (parent) parent.children.push(list)
      else roots.push(list)
      top = { level: item.level, list }
      open.push(top)
    }
    top.list.items.push({ index, children: [] })
  })
  return roots
}
