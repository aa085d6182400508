import { Fragment, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { diffWords, type Piece } from '../../../shared/domain/history/word-diff.ts'
import { Value } from './field-value.tsx'

type Props = { field: string; lost: unknown; now: unknown; onUnreadable(): void }

const texts = new Set(['title', 'summary', 'slug', 'name', 'profile.name', 'profile.bio'])

/** The two values side by side, each as a person reads it, with what differs marked. */
export function Compared({ field, lost, now, onUnreadable }: Props) {
  if (field === 'body')
    return <ComparedBodies lost={String(lost)} now={String(now ?? '')} onUnreadable={onUnreadable} />
  if (texts.has(field)) return <ComparedTexts lost={String(lost ?? '')} now={String(now ?? '')} />
  if (field === 'tags') return <ComparedTags lost={strings(lost)} now={strings(now)} />
  return <Sides lost={<Value field={field} value={lost} />} now={<Value field={field} value={now} />} />
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

function Sides({ lost, now }: { lost: ReactNode; now: ReactNode }) {
  const { t } = useTranslation('aside')
  return (
    <div className="aside-sides">
      {/* biome-ignore lint/a11y/useSemanticElements: two values to compare, neither a form nor a landmark */}
      <div className="aside-side" role="group" aria-label={t('sides.lost')}>
        <h4 className="aside-side-name">{t('sides.lost')}</h4>
        <Scrolled label={t('sides.lost')}>{lost}</Scrolled>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div className="aside-side" role="group" aria-label={t('sides.now')}>
        <h4 className="aside-side-name">{t('sides.now')}</h4>
        <Scrolled label={t('sides.now')}>{now}</Scrolled>
      </div>
    </div>
  )
}

/** A value may be longer than its box: then the keyboard has to reach it to scroll. */
function Scrolled({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  const [isLong, setLong] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew for another value
  useLayoutEffect(() => {
    setLong(box.current !== null && box.current.scrollHeight > box.current.clientHeight)
  }, [children])
  return (
    <div ref={box} className="aside-value" {...(isLong ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}>
      {children}
    </div>
  )
}

function ComparedTexts({ lost, now }: { lost: string; now: string }) {
  const pieces = useMemo(() => diffWords(lost, now), [lost, now])
  return <Sides lost={<Marked pieces={pieces} own="removed" />} now={<Marked pieces={pieces} own="added" />} />
}

/** What only this side has is marked: by ground and underline, and by the element for who cannot see either. */
function Marked({ pieces, own }: { pieces: readonly Piece[]; own: 'removed' | 'added' }) {
  const { t } = useTranslation('aside')
  const here = pieces.filter(({ kind }) => kind === 'same' || kind === own)
  if (here.length === 0) return <span className="aside-nothing">{t('nothing')}</span>
  return (
    <p className="aside-text">
      {here.map(({ kind, text }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name than their place
        <Fragment key={at}>{kind === own ? <mark>{text}</mark> : text}</Fragment>
      ))}
    </p>
  )
}

function ComparedTags({ lost, now }: { lost: string[]; now: string[] }) {
  return <Sides lost={<Tags tags={lost} others={now} />} now={<Tags tags={now} others={lost} />} />
}

function Tags({ tags, others }: { tags: string[]; others: string[] }) {
  const { t } = useTranslation('aside')
  if (tags.length === 0) return <span className="aside-nothing">{t('nothing')}</span>
  return (
    <ul className="aside-tags">
      {[...tags].sort().map((tag) => (
        <li key={tag}>{others.includes(tag) ? tag : <mark>{tag}</mark>}</li>
      ))}
    </ul>
  )
}

/** `null` while it is read, `undefined` where it cannot be. */
function useText(body: string): string | null | undefined {
  const [read, setRead] = useState<{ body: string; text: string | undefined } | null>(null)
  useEffect(() => {
    let isStale = false
    const look = async () => {
      const { readBody } = await import('../../../shared/domain/richtext/index.ts')
      let text: string | undefined
      try {
        // A line for each block: as paragraphs they are easier to compare.
        text = readBody(body).text.replaceAll('\n', '\n\n')
      } catch {
        text = undefined
      }
      if (!isStale) setRead({ body, text })
    }
    look().catch(reportError)
    return () => {
      isStale = true
    }
  }, [body])
  return read?.body === body ? read.text : null
}

function ComparedBodies({ lost, now, onUnreadable }: { lost: string; now: string; onUnreadable(): void }) {
  const { t } = useTranslation('aside')
  const [lostText, nowText] = [useText(lost), useText(now)]
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it is known
  useEffect(() => {
    if (lostText === undefined) onUnreadable()
  }, [lostText])
  if (lostText === null || nowText === null) return null
  if (lostText !== undefined && nowText !== undefined) return <ComparedTexts lost={lostText} now={nowText} />
  const side = (text: string | undefined) =>
    text === undefined ? <span className="aside-nothing">{t('unreadable')}</span> : <p className="aside-text">{text}</p>
  return <Sides lost={side(lostText)} now={side(nowText)} />
}
