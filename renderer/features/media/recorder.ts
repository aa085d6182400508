import { fail } from '../../../shared/errors.ts'

export type RecordingKind = 'audio' | 'video'

export type Recorder = {
  /** What is being taken in, to be seen meanwhile. */
  stream: MediaStream
  /** The loudest of the last moment, 0 to 1. */
  level(): number
  /** Ends it; the file of all that was taken in. */
  stop(): Promise<Blob>
  /** Ends it and keeps nothing. */
  discard(): void
}

/** MP4 knows how long it is; the WebM that browsers record does not. */
export const recordedTypes: Record<RecordingKind, string> = {
  audio: 'audio/mp4;codecs=opus',
  video: 'video/mp4;codecs=avc1,opus',
}

/** A longer piece would be lost with a window that ends. */
const pieceMs = 2000

/**
 * Takes in the microphone, or the camera with it. Errors: `not_allowed` (by the person or the system), `not_found` (there
 * is none, or another program has it), `media_unsupported` (this browser records no MP4).
 */
export async function startRecorder(kind: RecordingKind): Promise<Recorder> {
  const type = recordedTypes[kind]
  if (!MediaRecorder.isTypeSupported(type))
    return fail('media_unsupported', 'This window cannot record. Use the app, or a newer Chromium.')
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: kind === 'video' }).catch(refused)
  const ears = new AudioContext()
  const analyser = new AnalyserNode(ears, { fftSize: 512 })
  ears.createMediaStreamSource(stream).connect(analyser)
  const wave = new Uint8Array(analyser.fftSize)
  const pieces: Blob[] = []
  const recorder = new MediaRecorder(stream, { mimeType: type })
  recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data))
  recorder.start(pieceMs)

  const letGo = (): void => {
    for (const track of stream.getTracks()) track.stop()
    void ears.close()
  }
  return {
    stream,
    level() {
      analyser.getByteTimeDomainData(wave)
      return Math.max(...wave.map((each) => Math.abs(each - 128))) / 128
    },
    async stop() {
      // A camera that was pulled out has ended it already.
      if (recorder.state !== 'inactive') {
        const ended = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }))
        recorder.stop()
        await ended
      }
      letGo()
      return new Blob(pieces, { type })
    },
    discard() {
      if (recorder.state !== 'inactive') recorder.stop()
      letGo()
    },
  }
}

function refused(error: unknown): never {
  if (error instanceof DOMException && error.name === 'NotAllowedError')
    return fail('not_allowed', 'The system or the browser does not let the studio use it.')
  if (error instanceof DOMException && ['NotFoundError', 'NotReadableError'].includes(error.name))
    return fail('not_found', 'There is none, or another program is using it.')
  throw error
}
