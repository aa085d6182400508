import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/fields.tsx'
import { useDraftValue } from '../editor/draft-value.ts'
import { judgeSlug, type OtherPost } from './slug.ts'

/** The last part of the post's address, judged as it is written. A wrong one is not handed on. */
export function SlugField({
  slug,
  title,
  handle,
  others,
  current,
  isPublic,
  onChange,
}: {
  slug: string
  title: string
  handle: string
  /** The other posts of this device, asked for when there is something to judge. */
  others: () => readonly OtherPost[]
  /** The address it was published under, or empty. */
  current: string
  isPublic: boolean
  onChange: (slug: string) => void
}) {
  const { t } = useTranslation('posts')
  const field = useDraftValue(slug, (text) => {
    const kind = judgeSlug(text.trim(), title, others(), current).kind
    if (kind === 'good' || kind === 'derived') onChange(text.trim())
  })
  const typed = field.value.trim()
  // biome-ignore lint/correctness/useExhaustiveDependencies: judging looks through ten thousand posts, so only when it must
  const verdict = useMemo(() => judgeSlug(typed, title, others(), current), [typed, title, current])
  const error =
    verdict.kind === 'taken'
      ? t('slug.taken', { title: verdict.title || t('untitled') })
      : verdict.kind === 'invalid'
        ? t('slug.invalid')
        : undefined
  const offer = verdict.kind === 'taken' || verdict.kind === 'invalid' ? verdict.offer : ''
  const shown = verdict.kind === 'derived' ? verdict.derived : field.value.trim()
  return (
    <div className="posts-slug">
      <TextField
        label={t('slug.label')}
        value={field.value}
        maxLength={120}
        spellCheck="false"
        autoComplete="off"
        placeholder={verdict.kind === 'derived' ? verdict.derived : ''}
        onChange={field.change}
        onBlur={field.leave}
        hint={isPublic ? t('slug.redirects') : `/@${handle}/${shown}`}
        {...(error ? { error } : {})}
      />
      {offer && (
        <Button
          size="compact"
          onPress={() => {
            field.change(offer)
            field.leave()
          }}
        >
          {t('slug.use', { slug: offer })}
        </Button>
      )}
    </div>
  )
}
