import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Block, BlockChange } from '../../../../shared/domain/history/block-diff.ts'
import { Mark, Pieces } from './pieces.tsx'

/** The text as it is now with everything that has come since, and in between what has gone. */
export function TextChanges({ changes, language, imageUrl }: Shown & { changes: readonly BlockChange[] }) {
  return (
    <div className="history-text posts-body" lang={language}>
      {changes.map((change, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no names, and are all drawn anew together
        <ChangedBlock key={i} change={change} imageUrl={imageUrl} />
      ))}
    </div>
  )
}

type Shown = { language: string; imageUrl: (hash: string) => string }

function ChangedBlock({ change, imageUrl }: { change: BlockChange } & Pick<Shown, 'imageUrl'>) {
  const { t } = useTranslation('posts')
  const { kind, block } = change
  return (
    <div className="history-block" data-change={kind === 'same' ? undefined : kind}>
      {kind !== 'same' && <span className="history-block-sign">{t(`history.block.${kind}`)}</span>}
      <BlockFrame block={block}>
        {block.kind === 'picture' && <img src={imageUrl(block.hash)} alt="" />}
        {block.kind === 'line' && <span className="history-line" />}
        {kind === 'same' ? (
          block.text || (block.kind === 'film' || block.kind === 'recording' ? t(`history.kind.${block.kind}`) : '')
        ) : kind === 'changed' || kind === 'styled' ? (
          <Pieces pieces={change.pieces} />
        ) : (
          <Mark kind={kind} text={block.text || t(`history.kind.${block.kind}`)} />
        )}
      </BlockFrame>
    </div>
  )
}

function BlockFrame({ block, children }: { block: Block; children: ReactNode }) {
  switch (block.kind) {
    case 'heading':
      return block.level === 2 ? <h2>{children}</h2> : block.level === 3 ? <h3>{children}</h3> : <h4>{children}</h4>
    case 'quote':
      return <blockquote>{children}</blockquote>
    case 'code':
      return <pre>{children}</pre>
    case 'item':
      return (
        <p className="history-item" style={{ paddingInlineStart: `${block.level * 26}px` }}>
          {children}
        </p>
      )
    case 'picture':
    case 'film':
    case 'recording':
    case 'card':
      return <div className="history-thing">{children}</div>
    case 'paragraph':
    case 'line':
      return <p>{children}</p>
  }
}
