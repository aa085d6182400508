import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { refuseTooLarge } from '../../../../shared/contract/largest-picture.ts'
import { fail } from '../../../../shared/errors.ts'
import { sentenceOf } from '../../../app/errors.ts'
import { useHost, useHostInfo } from '../../../app/host-context.tsx'
import { useStudio } from '../../../data/index.ts'
import { toast } from '../../../ui/toast.tsx'
import { useTry } from '../use-try.ts'
import type { EditorDesk } from './desk.ts'
import type { TakenIn } from './pictures.ts'

/** Files go through the host (pictures upright, nothing private in them, content-addressed) and are recorded as media. */
export function useStudioDesk(): EditorDesk {
  const { t } = useTranslation('posts')
  const host = useHost()
  const { blobBase } = useHostInfo()
  const studio = useStudio()
  const attempt = useTry()
  const words = useRef({ t, attempt })
  words.current = { t, attempt }
  return useMemo(() => {
    const takeFilm = async (file: File): Promise<TakenIn> => {
      const [item] = await studio.media.imports.add([file])
      if (item?.error) throw item.error
      const document = await studio.db.media.findOne(item?.mediaId ?? '').exec()
      if (!document) return fail('unavailable', 'This file was not taken in. Try again.')
      const { id: hash, kind, name, width, height } = document
      return { hash, kind, name, width, height }
    }
    return {
      pictureUrl: (hash) => blobBase + hash,
      openAddress: (url) => words.current.attempt(host.host.openExternal({ url })),
      pictures: {
        takeIn: async (file) => {
          if (!file.type.startsWith('image/')) return takeFilm(file)
          refuseTooLarge(file)
          const taken = await host.blobs.importImage({ name: file.name.slice(0, 255), data: file })
          const { hash: id, name, type, bytes, width, height } = taken
          await studio.media.takeIn({
            id,
            kind: 'image',
            name: name.slice(0, 255),
            type,
            bytes,
            width,
            height,
            durationMs: 0,
          })
          return { ...taken, kind: 'image' as const }
        },
        label: (name) => words.current.t('picture.taking', { name }),
        failed: (name, error) =>
          toast({
            message: words.current.t('picture.failed', { name, why: sentenceOf(error, words.current.t) }),
            tone: 'red',
          }),
      },
    }
  }, [host, blobBase, studio])
}
