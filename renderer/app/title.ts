import { useEffect } from 'react'

/** The window's title says where the person is: "The long way home – Posts – Grover Studio". */
export function useTitle(...parts: readonly (string | undefined)[]): void {
  const title = [...parts.filter(Boolean), 'Grover Studio'].join(' – ')
  useEffect(() => {
    document.title = title
  }, [title])
}
