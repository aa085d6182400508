import type { TFunction } from 'i18next'
import { type ErrorCode, GroverError } from '../../shared/errors.ts'
import { ServerUnreachable } from './server.ts'

/**
 * A failure as a sentence for a person, in their language where the failure is a well-known one, otherwise in the words
 * of whoever answered.
 */
export function sentenceOf(error: unknown, t: TFunction): string {
  if (error instanceof ServerUnreachable) return t('app:error.unreachable')
  if (error instanceof GroverError) {
    // The host could not open a browser: the address itself is what helps.
    if (typeof error.details?.url === 'string') return t('app:error.openYourself', { url: error.details.url })
    const seconds = Number(error.details?.retryAfterSeconds ?? 60)
    return t(`app:problem.${error.code}`, { defaultValue: error.message, when: inTime(seconds) })
  }
  return t('app:error.unexpected', { message: error instanceof Error ? error.message : String(error) })
}

/** The same for a failure that was noted down rather than thrown: by the sync, an upload, the server's outcome. */
export const sentenceOfProblem = ({ code, message }: { code: string; message: string }, t: TFunction): string =>
  sentenceOf(new GroverError(code as ErrorCode, message), t)

/** "in 20 seconds", "in 2 minutes": long enough that the next attempt is let in. */
function inTime(seconds: number): string {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang || 'en')
  if (seconds < 60) return format.format(Math.max(1, Math.ceil(seconds)), 'second')
  return format.format(Math.ceil(seconds / 60), 'minute')
}

/** What lies under the sentence, for whoever helps: the cause chain with its stack. */
export function detailOf(error: unknown): string {
  const parts: string[] = []
  for (
    let each: unknown = error;
    each !== undefined && parts.length < 4;
    each = each instanceof Error ? each.cause : undefined
  ) {
    parts.push(each instanceof Error ? (each.stack ?? `${each.name}: ${each.message}`) : String(each))
  }
  return parts.join('\n\n')
}
