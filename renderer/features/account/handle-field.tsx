import { CircleCheck, LoaderCircle } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { canonicalHandle, handleProblem, maxHandleLength } from '../../../shared/domain/handle.ts'
import { useServer } from '../../app/server.ts'
import { TextField } from '../../ui/fields.tsx'

export type HandleCheck =
  | { state: 'empty' | 'asking' | 'free' | 'unknown' }
  | { state: 'refused'; code: string; message: string }

const typingPauseMs = 250

/** Whether a handle can be had: what the rules say at once, what others have taken from the server. */
export function useHandleCheck(handle: string, own = ''): HandleCheck {
  const server = useServer()
  const [answer, setAnswer] = useState<{ handle: string; check: HandleCheck } | null>(null)
  const wish = canonicalHandle(handle)
  const problem = wish === '' || wish === own ? null : handleProblem(handle)

  useEffect(() => {
    if (wish === '' || wish === own || problem) return
    const leave = new AbortController()
    const ask = async () => {
      const { available, code, message } = await server.call<{ available: boolean; code?: string; message?: string }>(
        `/api/handle/available?handle=${encodeURIComponent(wish)}`,
        { signal: leave.signal },
      )
      const check: HandleCheck = available
        ? { state: 'free' }
        : { state: 'refused', code: code ?? 'handle_taken', message: message ?? '' }
      setAnswer({ handle: wish, check })
    }
    const timer = setTimeout(() => {
      ask().catch(() => {
        // Offline the wish may be sent all the same: the server checks again.
        if (!leave.signal.aborted) setAnswer({ handle: wish, check: { state: 'unknown' } })
      })
    }, typingPauseMs)
    return () => {
      clearTimeout(timer)
      leave.abort()
    }
  }, [wish, own, problem, server])

  if (wish === '' || wish === own) return { state: 'empty' }
  if (problem) return { state: 'refused', ...problem }
  return answer?.handle === wish ? answer.check : { state: 'asking' }
}

export function HandleField({
  value,
  onChange,
  check,
  autoFocus,
}: {
  value: string
  onChange(value: string): void
  check: HandleCheck
  autoFocus?: boolean
}) {
  const { t } = useTranslation('account')
  const server = useServer()
  const address = `${new URL(server.url).host}/@${canonicalHandle(value) || t('handle.example')}`
  const refused = check.state === 'refused' ? check : null
  return (
    <TextField
      label={t('handle.label')}
      name="handle"
      autoComplete="off"
      spellCheck="false"
      prefix="@"
      isRequired
      maxLength={maxHandleLength}
      value={value}
      onChange={(text) => onChange(text.replace(/^@/, '').trim())}
      autoFocus={autoFocus ?? false}
      error={refused ? t(`handle.${refused.code}`, { defaultValue: refused.message }) : undefined}
      hint={check.state === 'free' ? t('handle.free', { address }) : t('handle.hint', { address })}
      trailing={
        check.state === 'asking' ? (
          <LoaderCircle className="field-icon spin" aria-label={t('handle.asking')} />
        ) : check.state === 'free' ? (
          <CircleCheck className="field-icon handle-free" aria-hidden />
        ) : null
      }
    />
  )
}
