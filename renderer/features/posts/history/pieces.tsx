import { useTranslation } from 'react-i18next'
import type { Piece } from '../../../../shared/domain/history/word-diff.ts'

/** A text with what has come and gone in it: by line and by word for those who cannot see the line, never by colour alone. */
export function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return pieces.map((piece, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no names, and are all drawn anew together
    if (piece.kind === 'same') return <span key={i}>{piece.text}</span>
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    return <Mark key={i} kind={piece.kind} text={piece.text} />
  })
}

export function Mark({ kind, text }: { kind: 'added' | 'removed'; text: string }) {
  const { t } = useTranslation('posts')
  const Tag = kind === 'added' ? 'ins' : 'del'
  return (
    <Tag>
      <span className="sr-only">{t(`history.said.${kind}`)} </span>
      {text}
    </Tag>
  )
}
