import { useEffect } from 'react'
import { useHost } from './host-context.tsx'

/** Source: https://wicg.github.io/netinfo/; not every browser and system tells the kind of line. */
type Line = EventTarget & { type?: string; saveData?: boolean }

/** Whether the line is paid for by volume, as far as the browser says: uploads may wait for another one. */
export function useMeteredLine(): void {
  const host = useHost()
  useEffect(() => {
    const line = (navigator as { connection?: Line }).connection
    if (!line) return
    const tell = (): void => {
      const metered = line.type === 'cellular' || line.saveData === true
      host.blobs.uploadConditions({ metered }).catch(reportError)
    }
    tell()
    line.addEventListener('change', tell)
    return () => line.removeEventListener('change', tell)
  }, [host])
}
