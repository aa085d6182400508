import { CornerDownLeft, Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useTranslation } from 'react-i18next'
import { Kbd } from '../ui/kbd.tsx'
import { type PaletteItem, start, useCommands, usePaletteSources } from './commands.ts'
import { type Entry, rankCommands, recentIds, rememberCommand } from './palette-rank.ts'
import './palette.css'

/** Everything the studio can do and every post, by a few letters. */
export default function Palette({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('app')
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const listId = useId()
  const list = useRef<HTMLDivElement>(null)
  const { t: translate } = useTranslation()
  const commands = useCommands()
  const ranked = useMemo(
    () => rankCommands(commands, query, (key) => translate(key), recentIds()),
    [commands, query, translate],
  )
  const found = useFound(query)
  const sections = query.trim() === '' ? ranked : [...ranked.slice(0, 1), ...found, ...ranked.slice(1)]
  const entries = sections.flatMap((section) => section.entries)
  const current = Math.min(active, entries.length - 1)

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })

  const choose = (entry: Entry | undefined) => {
    if (!entry) return
    if (entry.commandId) rememberCommand(entry.commandId)
    onClose()
    start(entry)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }
    const by = step[event.key]
    if (by !== undefined) {
      event.preventDefault()
      const next = current + by
      // One step past an end comes round; a page stops there.
      setActive(
        Math.abs(by) === 1 ? (next + entries.length) % entries.length : Math.max(0, Math.min(entries.length - 1, next)),
      )
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      choose(entries[current])
    }
  }

  let index = -1
  return (
    <ModalOverlay className="veil palette-veil" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="palette-frame">
        <Dialog className="palette" aria-label={t('palette.label')}>
          <div className="palette-input">
            <Search aria-hidden />
            <input
              autoFocus
              role="combobox"
              aria-expanded
              aria-controls={listId}
              aria-activedescendant={current >= 0 ? `${listId}-${current}` : undefined}
              aria-label={t('palette.placeholder')}
              placeholder={t('palette.placeholder')}
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(event) => {
                setQuery(event.target.value)
                setActive(0)
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div ref={list} id={listId} className="palette-list" role="listbox" aria-label={t('palette.label')}>
            {sections.map((section) => (
              // biome-ignore lint/a11y/useSemanticElements: a group of options, not of form controls
              <div key={section.titleKey} role="group" aria-label={translate(section.titleKey)}>
                <div className="palette-group" aria-hidden>
                  {translate(section.titleKey)}
                </div>
                {section.entries.map((entry) => {
                  index += 1
                  const own = index
                  return (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, see onKeyDown
                    <div
                      key={entry.key}
                      id={`${listId}-${own}`}
                      className="palette-item"
                      role="option"
                      tabIndex={-1}
                      aria-selected={own === current}
                      onPointerMove={() => own !== current && setActive(own)}
                      onClick={() => choose(entry)}
                    >
                      <span className="palette-title truncate">
                        <Marked text={entry.title} at={entry.at} />
                      </span>
                      {entry.hint && <span className="meta truncate">{entry.hint}</span>}
                      {entry.shortcut && <Kbd keys={entry.shortcut} />}
                    </div>
                  )
                })}
              </div>
            ))}
          </div>
          {entries.length === 0 && <p className="palette-nothing">{t('palette.nothing')}</p>}
          <footer className="palette-foot meta" aria-hidden>
            <span>
              <Kbd keys="ArrowUp" /> <Kbd keys="ArrowDown" /> {t('palette.hintMove')}
            </span>
            <span>
              <CornerDownLeft /> {t('palette.hintRun')}
            </span>
            <span>
              <Kbd keys="Escape" /> {t('palette.hintClose')}
            </span>
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

/** The text with the found characters made strong. */
function Marked({ text, at }: { text: string; at: readonly number[] }) {
  if (at.length === 0) return text
  const parts: { text: string; isHit: boolean; from: number }[] = []
  for (let i = 0; i < text.length; i++) {
    const isHit = at.includes(i)
    const last = parts.at(-1)
    if (last && last.isHit === isHit) last.text += text[i]
    else parts.push({ text: text[i]!, isHit, from: i })
  }
  return parts.map((part) => (part.isHit ? <mark key={part.from}>{part.text}</mark> : part.text))
}

/** What the features find by the query: posts by title. The newest query wins; an older answer is dropped. */
function useFound(query: string): { titleKey: string; entries: Entry[] }[] {
  const sources = usePaletteSources()
  const [found, setFound] = useState<{ titleKey: string; entries: Entry[] }[]>([])
  useEffect(() => {
    const wish = query.trim()
    if (wish === '') {
      setFound([])
      return
    }
    const leave = new AbortController()
    const ask = async () => {
      const answers = await Promise.all(
        sources.map(async ({ id, titleKey, search }) => ({
          titleKey,
          entries: (await search(wish, leave.signal)).slice(0, 8).map((item) => asEntry(id, item)),
        })),
      )
      if (!leave.signal.aborted) setFound(answers.filter((each) => each.entries.length > 0))
    }
    ask().catch((error: unknown) => {
      if (!leave.signal.aborted) reportError(error)
    })
    return () => leave.abort()
  }, [query, sources])
  return found
}

const asEntry = (source: string, item: PaletteItem): Entry => ({
  key: `${source}/${item.id}`,
  title: item.title,
  hint: item.hint,
  at: [],
  run: item.run,
})
