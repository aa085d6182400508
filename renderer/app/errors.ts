import type { TFunction } from 'i18next'
import { GroverError } from '../../shared/errors.ts'
import { ServerUnreachable } from './server.ts'

/** A failure as a sentence for a person; the server's own sentence where it is an expected one. */
export function sentenceOf(error: unknown, t: TFunction): string {
  if (error instanceof ServerUnreachable) return t('app:error.unreachable')
  if (error instanceof GroverError) return error.message
  // oRPC's errors of the host carry a sentence too.
  if (isDefined(error)) return error.message
  return t('app:error.unexpected', { message: error instanceof Error ? error.message : String(error) })
}

const isDefined = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && 'status' in error && error.message !== ''

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
