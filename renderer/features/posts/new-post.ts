import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '../../app/commands.ts'
import { useStudio } from '../../data/index.ts'
import { useTry } from './use-post-commands.ts'

/** "New post" for the palette, the key N and every button: makes a draft and opens it. */
export function useNewPost(): () => void {
  const { posts } = useStudio()
  const navigate = useNavigate()
  const attempt = useTry()
  const make = (): void => attempt(posts.create().then((id) => navigate({ to: '/posts/$id', params: { id } })))
  useCommand({ id: 'posts.new', titleKey: 'posts:command.new', group: 'posts', shortcut: 'N', run: make })
  return make
}
