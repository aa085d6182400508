import { X } from 'lucide-react'
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Tag, TagGroup, TagList } from 'react-aria-components/TagGroup'
import { useTranslation } from 'react-i18next'
import { matchingTags, withTag } from './tags.ts'

const without = (gone: readonly string[]) => (tags: readonly string[]) => tags.filter((tag) => !gone.includes(tag))

/** Tags as tokens: Enter or a comma takes what is typed, Backspace in the empty field takes the last one back. */
export function TagField({
  tags,
  known,
  onChange,
}: {
  tags: readonly string[]
  known: () => readonly string[]
  /** The change to whatever they are by then: what is shown may be a moment old. */
  onChange: (edit: (tags: readonly string[]) => string[]) => void
}) {
  const { t } = useTranslation('posts')
  const [typed, setTyped] = useState('')
  const [index, setIndex] = useState(-1)
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  // Counted once the writer begins: it goes through every post.
  const isTyping = typed.trim() !== ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const used = useMemo(() => (isTyping ? known() : []), [isTyping])
  const offers = typed.trim() === '' ? [] : matchingTags(typed, used, tags)

  const take = (text: string): void => {
    setTyped('')
    setIndex(-1)
    if (withTag([], text).length > 0) onChange((tags) => withTag(tags, text))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      take(offers[index] ?? typed)
    } else if (event.key === 'Backspace' && typed === '' && tags.length > 0) onChange(without(tags.slice(-1)))
    else if (event.key === 'ArrowDown' && offers.length > 0) {
      event.preventDefault()
      setIndex((index + 1) % offers.length)
    } else if (event.key === 'ArrowUp' && offers.length > 0) {
      event.preventDefault()
      setIndex(index <= 0 ? offers.length - 1 : index - 1)
    } else if (event.key === 'Escape' && typed !== '') {
      event.stopPropagation()
      setTyped('')
    }
  }

  return (
    <div className="field posts-tags">
      <label className="field-label" htmlFor={id}>
        {t('tags.label')}
      </label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click beside the tokens writes on */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field itself takes the keys */}
      <div
        className="field-box posts-tags-box"
        onClick={(event) => event.target === event.currentTarget && input.current?.focus()}
      >
        {tags.length > 0 && (
          <TagGroup
            aria-label={t('tags.label')}
            className="posts-tags-group"
            onRemove={(keys) => onChange(without([...keys].map(String)))}
          >
            <TagList className="posts-tags-list">
              {tags.map((tag) => (
                <Tag key={tag} id={tag} textValue={tag} className="posts-tag">
                  {tag}
                  <Button slot="remove" className="posts-tag-remove">
                    <X aria-hidden />
                  </Button>
                </Tag>
              ))}
            </TagList>
          </TagGroup>
        )}
        <input
          ref={input}
          id={id}
          className="posts-tags-input"
          value={typed}
          maxLength={60}
          role="combobox"
          aria-expanded={offers.length > 0}
          aria-controls={`${id}-offers`}
          aria-autocomplete="list"
          aria-activedescendant={index >= 0 && offers[index] ? `${id}-${index}` : undefined}
          placeholder={tags.length === 0 ? t('tags.hint') : ''}
          disabled={tags.length >= 20}
          onChange={(event) => {
            setTyped(event.target.value)
            setIndex(-1)
          }}
          onKeyDown={onKeyDown}
          onBlur={() => typed.trim() !== '' && take(typed)}
        />
      </div>
      {offers.length > 0 && (
        <div className="posts-tags-offers" id={`${id}-offers`} role="listbox" aria-label={t('tags.known')}>
          {offers.map((tag, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={tag}
              id={`${id}-${at}`}
              role="option"
              tabIndex={-1}
              aria-selected={at === index}
              className="posts-tags-offer"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(tag)}
            >
              {tag}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
