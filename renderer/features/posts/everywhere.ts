import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { GroverError } from '../../../shared/errors.ts'
import { registerPaletteSource, useCommand } from '../../app/commands.ts'
import { useFormat } from '../../app/format.ts'
import { useHost } from '../../app/host-context.tsx'
import { useStudio, useSyncStatus } from '../../data/hooks.tsx'
import { useNewPost } from './new-post.ts'
import { notStored } from './not-stored.ts'

const mostInPalette = 8

/** What posts bring to every screen: "New post", every post in the palette, and pictures that go up with the network. */
export function usePostsEverywhere(): void {
  // The frame does not wait for these words; they are there long before anyone has opened the palette.
  const { t } = useTranslation(['posts', 'ui'], { useSuspense: false })
  const format = useFormat()
  const { index } = useStudio()
  const navigate = useNavigate()
  const newPost = useNewPost()
  useCommand({ id: 'posts.new', titleKey: 'posts:command.new', group: 'posts', shortcut: 'N', run: newPost })

  useEffect(
    () =>
      registerPaletteSource({
        id: 'posts',
        titleKey: 'posts:palette',
        search: async (query, signal) => {
          const ids = await index.search(query)
          if (signal.aborted) return []
          const rows = new Map(index.rows$.value.map((row) => [row.id, row]))
          return ids.slice(0, mostInPalette).flatMap((id) => {
            const row = rows.get(id)
            if (!row) return []
            return {
              id,
              title: row.title || t('posts:untitled'),
              hint: `${t(`ui:state.${row.state}`)} · ${format.ago(row.updatedAt)}`,
              run: () => navigate({ to: '/posts/$id', params: { id } }),
            }
          })
        },
      }),
    [index, navigate, t, format],
  )
  useUploadsWithNetwork()
}

/**
 * The host tries again by itself, more and more patiently; when the server is heard from, there is no need to wait. Every
 * picture that the server has not confirmed is named again: the studio may have ended between taking one in and queueing it.
 */
function useUploadsWithNetwork(): void {
  const host = useHost()
  const { db, settings } = useStudio()
  const isLive = useSyncStatus().phase === 'live'
  useEffect(() => {
    if (!isLive) return
    const send = async () => {
      const hashes = await notStored(db, await settings.get('profile'))
      await host.blobs.upload({ hashes, ifHere: true })
    }
    send().catch((error: unknown) => {
      // Signed out in this very moment: the status bar says so, and the next sign-in comes by here.
      if (!(error instanceof GroverError && error.code === 'sign_in_required')) reportError(error)
    })
  }, [host, db, settings, isLive])
}
