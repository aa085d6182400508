import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../../data/hooks.tsx'
import type { PostActions } from '../../data/types.ts'
import { toast } from '../../ui/toast.tsx'

/**
 * Plans a post from where its text is not to be seen. There is time until then, so a draft that is not finished is
 * planned all the same; but what it lacks is said.
 */
export function usePlan(): PostActions['schedule'] {
  const { t } = useTranslation('posts')
  const { posts, index } = useStudio()
  const navigate = useNavigate()
  return useCallback(
    async (id, wish) => {
      const wasDraft = index.rows$.value.some((row) => row.id === id && row.plan.mode === 'draft')
      await posts.schedule(id, wish)
      const lacks = wasDraft ? await posts.lacks(id) : []
      if (lacks.length === 0) return
      toast({
        message: t('plan.unfinished', { what: lacks.map((lack) => t(`check.${lack}`)).join(' ') }),
        action: { label: t('plan.finish'), run: () => void navigate({ to: '/posts/$id', params: { id } }) },
      })
    },
    [t, posts, index, navigate],
  )
}
