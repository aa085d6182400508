import type { BodyNode } from './check.ts'

/**
 * A body as CommonMark, for people and other programs to read. `pictureAt` says where the bytes of a medium are.
 */
export function toMarkdown(body: BodyNode, pictureAt: (hash: string) => string): string {
  const blocks = (nodes: readonly BodyNode[] = []): string =>
    nodes
      .map(block)
      .filter((text) => text !== '')
      .join('\n\n')

  function block({ type, attrs = {}, content = [] }: BodyNode): string {
    switch (type) {
      case 'heading':
        return `${'#'.repeat(Number(attrs.level))} ${inline(content)}`
      case 'blockquote':
        return indent(blocks(content), '> ')
      case 'bulletList':
        return content.map((item) => listItem(item, '- ')).join('\n')
      case 'orderedList':
        return content.map((item, at) => listItem(item, `${Number(attrs.start ?? 1) + at}. `)).join('\n')
      case 'codeBlock': {
        const code = content.map(({ text = '' }) => text).join('')
        const fence = '`'.repeat(Math.max(3, longestRun(code) + 1))
        return `${fence}${attrs.language ?? ''}\n${code}\n${fence}`
      }
      case 'horizontalRule':
        return '---'
      case 'image': {
        const picture = `![${escaped(String(attrs.alt ?? ''))}](${pictureAt(String(attrs.hash))})`
        return attrs.caption ? `${picture}\n\n*${escaped(String(attrs.caption))}*` : picture
      }
      case 'video':
      case 'audio': {
        const words = String(attrs.caption || attrs.alt || (type === 'video' ? 'Film' : 'Recording'))
        return `[${escaped(words)}](${pictureAt(String(attrs.hash))})`
      }
      case 'gallery':
        return blocks(content)
      case 'embed':
        return `[${escaped(String(attrs.title || attrs.href))}](<${attrs.href}>)`
      default:
        return inline(content)
    }
  }

  const listItem = ({ content }: BodyNode, mark: string): string =>
    mark + indent(blocks(content), ' '.repeat(mark.length)).trimStart()

  return `${blocks(body.content)}\n`
}

const indent = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' && by.trim() === '' ? '' : by + line).trimEnd())
    .join('\n')

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))

const escaped = (text: string): string =>
  text.replace(/[\\`*_[\]<>]/g, '\\$&').replace(/^(\s*)([#+-]|\d+[.)])(?=\s)/gm, '$1\\$2')

const inline = (nodes: readonly BodyNode[]): string =>
  nodes.map((node) => (node.type === 'hardBreak' ? '\\\n' : marked(node))).join('')

function marked({ text = '', marks = [] }: BodyNode): string {
  // Marks must touch the words: `** bold**` is none.
  const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/su.exec(text) ?? []
  if (words === '') return text
  const has = (type: string) => marks.find((mark) => mark.type === type)
  const ticks = '`'.repeat(longestRun(words) + 1)
  let said = has('code') ? ticks + words + ticks : escaped(words)
  if (has('strike')) said = `~~${said}~~`
  if (has('italic')) said = `*${said}*`
  if (has('bold')) said = `**${said}**`
  const link = has('link')
  if (link) said = `[${said}](<${link.attrs?.href}>)`
  return before + said + after
}
