import { useNavigate } from '@tanstack/react-router'
import { useStudio } from '../../data/hooks.tsx'
import { useTry } from './use-try.ts'

/** Makes a draft and opens it. */
export function useNewPost(): () => void {
  const { posts } = useStudio()
  const navigate = useNavigate()
  const attempt = useTry()
  return () => attempt(posts.create().then((id) => navigate({ to: '/posts/$id', params: { id } })))
}
