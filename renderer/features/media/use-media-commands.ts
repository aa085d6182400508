import { useTranslation } from 'react-i18next'
import type { Variant } from '../../../shared/collections/media.ts'
import type { Recipe, RecipeKind, RecipeOf } from '../../../shared/contract/media.ts'
import { useHost } from '../../app/host-context.tsx'
import { useStudio } from '../../data/index.ts'
import { toast } from '../../ui/toast.tsx'
import { useTry } from '../posts/use-try.ts'

export type StartRecipe = <K extends RecipeKind>(hash: string, recipe: RecipeOf<K> & Recipe, name?: string) => void

/** What can be done with media, from the library, a medium's own screen and the palette alike. */
export function useMediaCommands() {
  const { t } = useTranslation('media')
  const { media } = useStudio()
  const host = useHost()
  const attempt = useTry()
  return {
    attempt,
    trash: (ids: readonly string[]) =>
      attempt(
        media.trash(ids).then((restore) => {
          toast({
            message: t('done.trashed', { count: ids.length }),
            action: { label: t('ui:undo'), run: () => attempt(restore()) },
          })
        }),
      ),
    restore: (ids: readonly string[]) =>
      attempt(media.restore(ids).then(() => toast({ message: t('done.restored', { count: ids.length }) }))),
    remove: (ids: readonly string[]) =>
      attempt(media.remove(ids).then(() => toast({ message: t('done.removed', { count: ids.length }) }))),
    dropVariant: (id: string, variant: Variant, what: string) =>
      attempt(
        media.dropVariant(id, variant.id).then(() => {
          toast({
            message: t('done.dropped', { what }),
            action: { label: t('ui:undo'), run: () => attempt(media.takeVariants(id, [variant])) },
          })
        }),
      ),
    start: ((hash, recipe, name) =>
      attempt(
        host.media.start({ hash, recipe, ...(name === undefined ? {} : { name }) }).then(() => {
          toast({ message: t('done.started', { what: t(`recipe.${recipe.kind}`) }) })
        }),
      )) as StartRecipe,
  }
}
