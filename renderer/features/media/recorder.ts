import { fail } from '../../../shared/errors.ts'

export type RecordingKind = 'audio' | 'video'

export type Recorder = {
  /** What is being taken in, to be seen meanwhile. */
  stream: MediaStream
  /** The loudest of the last moment, 0 to 1. */
  level(): number
  /** Ends it; the file of all that was taken in. */
  stop(): Promise<Blob>
}

/** MP4 knows how long it is; the WebM that browsers record does not. */
export const recordedTypes: Record<RecordingKind, string> = {
  audio: 'audio/mp4;codecs=opus',
  video: 'video/mp4;codecs=avc1,opus',
}

/**
 * How often the browser hands over what it has. The pieces are in this window's memory: until the recording is kept, a
 * window that ends loses all of it.
 */
const pieceMs = 2000

/**
 * Takes in the microphone, or the camera with it, until it is stopped or `signal` is aborted, after which nothing is kept
 * and nothing is on any more. `onCut`: it has ended by itself, because a device was pulled out or the recorder failed;
 * `stop` gives what there is. Errors: `not_allowed` (by the person or the system), `not_found` (there is none, or another
 * program has it), `media_unsupported` (this browser records no MP4), the signal's reason.
 */
export async function startRecorder(
  kind: RecordingKind,
  { signal, onCut }: { signal: AbortSignal; onCut(): void },
): Promise<Recorder> {
  const type = recordedTypes[kind]
  if (!MediaRecorder.isTypeSupported(type))
    return fail('media_unsupported', 'This window cannot record. Use the app, or a newer Chromium.')
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: kind === 'video' }).catch(refused)
  let ears: AudioContext | null = null
  const letGo = (): void => {
    for (const track of stream.getTracks()) track.stop()
    void ears?.close()
    ears = null
  }
  try {
    // The person may have left while the browser asked them.
    signal.throwIfAborted()
    ears = new AudioContext()
    const analyser = new AnalyserNode(ears, { fftSize: 512 })
    ears.createMediaStreamSource(stream).connect(analyser)
    const wave = new Uint8Array(analyser.fftSize)
    const pieces: Blob[] = []
    const recorder = new MediaRecorder(stream, { mimeType: type })
    recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data))
    let isAsked = false
    const end = (): void => {
      if (recorder.state !== 'inactive') recorder.stop()
    }
    const ended = new Promise<void>((resolve) => recorder.addEventListener('stop', () => resolve(), { once: true }))
    recorder.addEventListener('error', end)
    // By itself it would go on until the last of them is gone, with a picture that stands still.
    for (const track of stream.getTracks()) track.addEventListener('ended', end)
    recorder.start(pieceMs)
    void ended.then(() => {
      letGo()
      if (!isAsked) onCut()
    })
    signal.addEventListener(
      'abort',
      () => {
        isAsked = true
        end()
        letGo()
      },
      { once: true },
    )
    return {
      stream,
      level() {
        analyser.getByteTimeDomainData(wave)
        return Math.max(...wave.map((each) => Math.abs(each - 128))) / 128
      },
      async stop() {
        isAsked = true
        end()
        await ended
        return new Blob(pieces, { type })
      },
    }
  } catch (error) {
    letGo()
    throw error
  }
}

function refused(error: unknown): never {
  if (error instanceof DOMException && error.name === 'NotAllowedError')
    return fail('not_allowed', 'The system or the browser does not let the studio use it.')
  if (error instanceof DOMException && ['NotFoundError', 'NotReadableError'].includes(error.name))
    return fail('not_found', 'There is none, or another program is using it.')
  throw error
}
