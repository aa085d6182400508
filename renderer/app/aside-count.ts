import { useLost, useRescued, useSyncStatus } from '../data/hooks.tsx'

/** How many things lie aside that want a look: lost versions, refused documents, and what came back. */
export function useAsideCount(): number {
  const lost = useLost().length
  const refused = useSyncStatus(({ refused }) => refused.length)
  const rescued = useRescued().documents.length
  return lost + refused + (rescued > 0 ? 1 : 0)
}
