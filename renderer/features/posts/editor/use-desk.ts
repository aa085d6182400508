import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { newMedia } from '../../../../shared/collections/media.ts'
import { refuseTooLarge } from '../../../../shared/contract/largest-picture.ts'
import { sentenceOf } from '../../../app/errors.ts'
import { useHost, useHostInfo } from '../../../app/host-context.tsx'
import { useStudio } from '../../../data/index.ts'
import { toast } from '../../../ui/toast.tsx'
import { useTry } from '../use-try.ts'
import type { EditorDesk } from './desk.ts'

/** Pictures go through the host (upright, nothing private in them, content-addressed) and are recorded as media. */
export function useStudioDesk(): EditorDesk {
  const { t } = useTranslation('posts')
  const host = useHost()
  const { blobBase } = useHostInfo()
  const studio = useStudio()
  const attempt = useTry()
  const words = useRef({ t, attempt })
  words.current = { t, attempt }
  return useMemo(
    () => ({
      pictureUrl: (hash) => blobBase + hash,
      openAddress: (url) => words.current.attempt(host.host.openExternal({ url })),
      pictures: {
        takeIn: async (file) => {
          refuseTooLarge(file)
          const taken = await host.blobs.importImage({ name: file.name.slice(0, 255), data: file })
          const { hash: id, name, type, bytes, width, height } = taken
          if (!(await studio.db.media.findOne(id).exec()))
            await studio.db.media.insertIfNotExists(
              newMedia(
                { id, kind: 'image', name: name.slice(0, 255), type, bytes, width, height, durationMs: 0 },
                new Date().toISOString(),
              ),
            )
          // Waits in the host's own queue, over restarts too, until there is a network.
          words.current.attempt(host.blobs.upload({ hashes: [id] }))
          return taken
        },
        label: (name) => words.current.t('picture.taking', { name }),
        failed: (name, error) =>
          toast({
            message: words.current.t('picture.failed', { name, why: sentenceOf(error, words.current.t) }),
            tone: 'red',
          }),
      },
    }),
    [host, blobBase, studio],
  )
}
