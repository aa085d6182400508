import { useEffect, useState } from 'react'
import { useStudio } from '../../data/index.ts'

/** This device's own mark among those that sync; empty while it is read. */
export function useDevice(): string {
  const { db } = useStudio()
  const [device, setDevice] = useState('')
  useEffect(() => {
    db.storageToken.then(setDevice, reportError)
  }, [db])
  return device
}
