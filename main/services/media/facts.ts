import type { MediaFacts } from '../../../shared/collections/media.ts'
import { plainName } from '../blobs.ts'
import { typeOfFile } from './file-type.ts'
import { probe } from './probe.ts'
import type { Crew } from './processes.ts'
import type { Tools } from './tools.ts'

/** What is known of a film or a recording, but for its hash. Errors: those of `probe`. */
export async function factsOf(
  path: string,
  tools: Pick<Tools, 'ffprobe'>,
  crew: Crew,
  name: string,
): Promise<Omit<MediaFacts, 'id'>> {
  const { video, durationMs } = await probe(path, tools, crew)
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
