import { fileNameHeader } from '../../../shared/contract/media.ts'
import { GroverError } from '../../../shared/errors.ts'
import type { PageAnswer } from '../pages.ts'
import type { TakeIn } from './import.ts'

/** Answers the POST that takes a file in; both hosts hand it what came. What is not expected is thrown, for the host to log. */
export type ImportRoute = (
  header: (name: string) => string | null,
  body: AsyncIterable<Uint8Array>,
) => Promise<PageAnswer>

export function createImportRoute(takeIn: TakeIn): ImportRoute {
  const answer = (status: number, body: unknown): PageAnswer => ({
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(body),
  })
  return async (header, body) => {
    try {
      return answer(200, await takeIn(decoded(header(fileNameHeader) ?? ''), body))
    } catch (error) {
      if (error instanceof GroverError) return answer(error.status, error.toBody())
      throw error
    }
  }
}

/** A name that was encoded badly is still a name. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
