import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useRescued } from '../data/hooks.tsx'
import { toast } from '../ui/toast.tsx'

/** Says, in the session in which it happened, that the host's files gave work back. The rail keeps it until it was seen. */
export function useRescueNews(): void {
  const { t } = useTranslation('app')
  const navigate = useNavigate()
  const { documents, at } = useRescued()
  const told = useRef('')
  const count = documents.length
  useEffect(() => {
    if (count === 0 || told.current === at || Date.parse(at) < performance.timeOrigin) return
    told.current = at
    toast({
      message: t('rescued', { count }),
      action: { label: t('rescuedShow'), run: () => void navigate({ to: '/aside' }) },
    })
  }, [count, at, t, navigate])
}
