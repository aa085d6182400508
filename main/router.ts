import { implement, ORPCError } from '@orpc/server'
import { contract } from '../shared/contract/index.ts'
import { GroverError } from '../shared/errors.ts'
import type { Services } from './services/compose.ts'
import type { Log } from './services/log.ts'
import { paced } from './services/watch.ts'

/** A window hears of uploads so often at most: the steps of hundreds of photos would be too many to draw. */
const uploadsEveryMs = 200

/** The one router behind both transports: contract → services. */
export function createRouter({ services, log }: { services: Services; log: Log }) {
  const os = implement(contract).use(async ({ next, path, signal }) => {
    try {
      return await next()
    } catch (error) {
      if (error instanceof GroverError)
        throw new ORPCError(error.code, { status: error.status, message: error.message, data: error.details })
      // Refused input is the caller's mistake and is answered by name; a cancelled call is nobody's.
      if (!(error instanceof ORPCError) && !signal?.aborted) log(`The host failed at ${path.join('.')}.`, error)
      throw error
    }
  })
  const { session, blobs, media, uploads, encryption, rescue, archive, commands } = services

  return os.router({
    host: {
      info: os.host.info.handler(() => services.info()),
      openExternal: os.host.openExternal.handler(({ input }) => services.openExternal(input.url)),
      commands: os.host.commands.handler(({ signal }) => commands.listen(signal)),
    },
    session: {
      get: os.session.get.handler(() => session.get()),
      set: os.session.set.handler(({ input }) => session.set(input)),
      clear: os.session.clear.handler(() => session.clear()),
      signInWithBrowser: os.session.signInWithBrowser.handler(({ input, signal }) =>
        services.signIn(input.provider, signal),
      ),
    },
    blobs: {
      importImage: os.blobs.importImage.handler(({ input }) => blobs.importImage(input.name, input.data)),
      keep: os.blobs.keep.handler(({ input }) => blobs.keep(input.hash, input.data)),
      upload: os.blobs.upload.handler(({ input }) => uploads.upload(input.hashes, input)),
      uploads: os.blobs.uploads.handler(({ signal }) => paced(uploads.states(signal), uploadsEveryMs, signal)),
      uploadSettings: os.blobs.uploadSettings.handler(({ input }) => uploads.changeSettings(input)),
      uploadConditions: os.blobs.uploadConditions.handler(({ input }) => uploads.tellConditions(input)),
    },
    media: {
      tools: os.media.tools.handler(() => media.tools()),
      useTools: os.media.useTools.handler(({ input }) => media.useTools(input.ffmpeg)),
      preferHardware: os.media.preferHardware.handler(({ input }) => media.preferHardware(input.on)),
      probe: os.media.probe.handler(({ input }) => media.probe(input.hash)),
      start: os.media.start.handler(({ input }) => media.jobs.start(input)),
      jobs: os.media.jobs.handler(({ signal }) => media.jobs.watch(signal)),
      cancel: os.media.cancel.handler(({ input }) => media.jobs.cancel(input.id)),
      pause: os.media.pause.handler(({ input }) => media.jobs.pause(input.id)),
      resume: os.media.resume.handler(({ input }) => media.jobs.resume(input.id)),
      retry: os.media.retry.handler(({ input }) => media.jobs.retry(input.id)),
      forget: os.media.forget.handler(({ input }) => media.jobs.forget(input.id)),
      taken: os.media.taken.handler(({ input }) => media.jobs.forget(input.id)),
      limit: os.media.limit.handler(({ input }) => media.jobs.limit(input.parallel)),
      calm: os.media.calm.handler(({ input }) => media.jobs.calm(input.on)),
    },
    rescue: {
      keep: os.rescue.keep.handler(({ input }) => rescue.keep(input)),
      release: os.rescue.release.handler(({ input }) => rescue.release(input)),
      list: os.rescue.list.handler(({ input }) => rescue.list(input)),
    },
    encryption: {
      state: os.encryption.state.handler(({ input }) => encryption.state(input)),
      turnOn: os.encryption.turnOn.handler(async ({ input }) => {
        await encryption.turnOn(input)
        await rescue.reform(input)
      }),
      turnOff: os.encryption.turnOff.handler(async ({ input }) => {
        await encryption.turnOff(input)
        await rescue.reform(input)
      }),
      setPassphrase: os.encryption.setPassphrase.handler(({ input }) => encryption.setPassphrase(input)),
      unlock: os.encryption.unlock.handler(({ input }) => encryption.unlock(input)),
      lock: os.encryption.lock.handler(({ input }) => encryption.lock(input)),
      key: os.encryption.key.handler(async ({ input }) => (await encryption.key(input)).toString('base64')),
      forget: os.encryption.forget.handler(async ({ input }) => {
        await encryption.forget(input)
        await rescue.discard(input)
      }),
    },
    archive: {
      open: os.archive.open.handler(({ input }) => archive.open(input)),
      add: os.archive.add.handler(({ input }) => archive.add(input)),
      addPictures: os.archive.addPictures.handler(({ input }) => archive.addPictures(input)),
      finish: os.archive.finish.handler(({ input }) => archive.finish(input)),
      discard: os.archive.discard.handler(({ input }) => archive.discard(input)),
    },
  })
}

export type HostRouter = ReturnType<typeof createRouter>
