import type { Editor } from '@tiptap/core'
import { getMarkRange } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { ExternalLink, Unlink } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { safePageHref } from '../../../../shared/domain/richtext/links.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/fields.tsx'
import { addressOf } from './address.ts'
import { useDesk } from './desk.ts'
import { placeBeside } from './place.ts'

/** What is being asked for: the address of some words, or of a card to be put where the caret is. */
export type LinkWish = { kind: 'link' | 'card'; from: number; to: number; href: string }

/** The link that the selection is about: the selected words, or the link that the caret stands in. */
export function linkWish(editor: Editor): LinkWish | null {
  const { from, to, empty, $from } = editor.state.selection
  const type = editor.schema.marks.link
  if (!type) return null
  const around = getMarkRange($from, type)
  const href = String(editor.getAttributes('link').href ?? '')
  if (around && (empty || href !== '')) return { kind: 'link', from: around.from, to: Math.max(around.to, to), href }
  return empty ? null : { kind: 'link', from, to, href }
}

const size = { width: 380, height: 56 }

/** Asks for an address beside the words it is for. Enter sets it, Esc goes back and changes nothing. */
export function LinkBox({
  editor,
  box,
  wish,
  onClose,
}: {
  editor: Editor
  box: HTMLElement | null
  wish: LinkWish
  onClose: () => void
}) {
  const { t } = useTranslation('posts')
  const { openAddress } = useDesk()
  const [typed, setTyped] = useState(wish.href)
  const [refused, setRefused] = useState(false)
  if (!box) return null

  const back = (): void => {
    onClose()
    editor.commands.focus()
  }
  const remove = (): void => {
    onClose()
    editor.chain().focus().setTextSelection(wish).unsetLink().setTextSelection(wish.to).run()
  }
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    const href = wish.kind === 'card' ? safePageHref(addressOf(typed)) : addressOf(typed)
    if (href) {
      onClose()
      if (wish.kind === 'card') putCard(editor, href, wish)
      else setLink(editor, href, wish)
    } else if (typed.trim() === '' && wish.kind === 'link') {
      if (wish.href) remove()
      else back()
    } else setRefused(true)
  }

  const place = placeBeside(editor.view, box, wish, size, 'below')
  return (
    <form
      className="posts-link"
      aria-label={wish.kind === 'card' ? t('card.add') : t('tool.link')}
      data-above={place.above || undefined}
      style={{ left: place.left, top: place.top }}
      onSubmit={onSubmit}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && onClose()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        back()
      }}
    >
      <TextField
        label={t('link.address')}
        hideLabel
        autoFocus
        value={typed}
        placeholder={wish.kind === 'card' ? t('card.addressHint') : t('link.addressHint')}
        onChange={(text) => {
          setTyped(text)
          setRefused(false)
        }}
        {...(refused ? { error: t('link.refused') } : {})}
      />
      <Button type="submit" variant="primary">
        {wish.kind === 'card' ? t('card.put') : t('link.set')}
      </Button>
      {wish.href && (
        <>
          <IconButton
            label={t('link.open')}
            icon={<ExternalLink aria-hidden />}
            onPress={() => openAddress(wish.href)}
          />
          <IconButton label={t('link.remove')} icon={<Unlink aria-hidden />} onPress={remove} />
        </>
      )}
    </form>
  )
}

function setLink(editor: Editor, href: string, range: { from: number; to: number }): void {
  editor
    .chain()
    .focus()
    .setTextSelection(range)
    .setLink({ href })
    .setTextSelection(range.to)
    .command(({ tr, state }) => {
      // What is written next is no longer the link.
      const type = state.schema.marks.link
      if (type) tr.removeStoredMark(type)
      return true
    })
    .run()
}

/** A card where the caret is; the line it is put on gives way when nothing else is on it. Writing goes on below. */
export function putCard(editor: Editor, href: string, range: { from: number; to: number }): void {
  const { embed, paragraph } = editor.schema.nodes
  if (!embed || !paragraph) return
  editor
    .chain()
    .focus()
    .command(({ tr, dispatch }) => {
      const $from = tr.doc.resolve(range.from)
      const line = $from.parent
      const whole = $from.start() === range.from && $from.end() === range.to
      const from = whole ? $from.before() : $from.after()
      const to = whole ? $from.before() + line.nodeSize : from
      if (!dispatch) return true
      tr.replaceWith(from, to, [embed.create({ href, title: '' }), paragraph.create()])
      tr.setSelection(TextSelection.create(tr.doc, from + 2))
      return true
    })
    .scrollIntoView()
    .run()
}
