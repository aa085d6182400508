import type { MediaFacts } from '../../../shared/collections/media.ts'
import { plainName } from '../blobs.ts'
import { typeOfFile } from './file-type.ts'
import type { Seen } from './probe.ts'

/** What is known of a film or a recording, but for its hash. */
export async function factsOf(
  path: string,
  { video, durationMs }: Seen,
  name: string,
): Promise<Omit<MediaFacts, 'id'>> {
  const { bytes, type } = await typeOfFile(path)
  const kind = video ? 'video' : 'audio'
  return {
    kind,
    name: plainName(name, kind),
    // The same containers carry films and recordings.
    type: `${kind}/${type?.split('/')[1]}`,
    bytes,
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    durationMs,
  }
}
