import { largestPicture } from '../../shared/contract/largest-picture.ts'
import type { FetchBlob } from './blobs.ts'
import type { Session } from './session.ts'

/** Gets a picture of this account from the server; undefined when it has none, or cannot be asked now. */
export const createFetchBlob =
  ({ session, serverUrl }: { session: Pick<Session, 'get'>; serverUrl: () => string }): FetchBlob =>
  async (hash) => {
    const signedIn = await session.get()
    if (!signedIn) return undefined
    try {
      const response = await fetch(new URL(`/api/blobs/${hash}`, serverUrl()), {
        headers: { authorization: `Bearer ${signedIn.token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(30_000),
      })
      const isPicture = response.headers.get('content-type')?.startsWith('image/')
      if (!response.ok || !isPicture || Number(response.headers.get('content-length') ?? 0) > largestPicture) {
        await response.body?.cancel()
        return undefined
      }
      return new Uint8Array(await response.arrayBuffer())
    } catch {
      // Offline: the picture shows up at the next look.
      return undefined
    }
  }
