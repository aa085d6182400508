import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { registerPaletteSource, useCommand } from '../../app/commands.ts'
import { useFormat } from '../../app/format.ts'
import { useStudio } from '../../data/hooks.tsx'
import { useNewPost } from './new-post.ts'

const mostInPalette = 8

/** What posts bring to every screen: "New post" and every post in the palette. */
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
}
