import type { TFunction } from 'i18next'
import { GroverError } from '../../shared/errors.ts'
import { ServerUnreachable } from './server.ts'

/**
 * A failure as a sentence for a person, in their language where the failure is a well-known one, otherwise in the words
 * of whoever answered.
 */
export function sentenceOf(error: unknown, t: TFunction): string {
  if (error instanceof ServerUnreachable) return t('app:error.unreachable')
  if (error instanceof GroverError) {
    const seconds = Number(error.details?.retryAfterSeconds ?? 60)
    return t(`app:problem.${error.code}`, { defaultValue: error.message, when: inTime(seconds) })
  }
  return t('app:error.unexpected', { message: error instanceof Error ? error.message : String(error) })
}

/** "in 2 minutes": long enough that the next attempt is let in. */
const inTime = (seconds: number): string =>
  new Intl.RelativeTimeFormat(document.documentElement.lang || 'en').format(
    Math.max(1, Math.ceil(seconds / 60)),
    'minute',
  )

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
