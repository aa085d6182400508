import { useTranslation } from 'react-i18next'
import { sentenceOf } from '../../app/errors.ts'
import { toast } from '../../ui/toast.tsx'

/** Lets work run and says its failure as a sentence, where everyone sees it. */
export function useTry(): (work: Promise<unknown>) => void {
  const { t } = useTranslation('app')
  return (work) => {
    work.catch((error: unknown) => toast({ message: sentenceOf(error, t), tone: 'red' }))
  }
}
