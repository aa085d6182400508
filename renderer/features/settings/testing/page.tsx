import '../../../ui/tokens.css'
import '../../../ui/base.css'
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { startI18n } from '../../../app/i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/fields.tsx'
import { ToastRegion } from '../../../ui/toast.tsx'
import { useAutosave } from '../use-autosave.ts'
import { useChanges } from '../use-changes.ts'

declare global {
  interface Window {
    /** The test's own: takes a text, or refuses it. */
    save(text: string): Promise<void>
  }
}

/** The field of a setting; `elsewhere` is another device that writes it, `leave` another page that takes its place. */
function Page() {
  const [stored, setStored] = useState('Ada')
  const [isHere, setHere] = useState(true)
  useEffect(() => {
    addEventListener('elsewhere', () => setStored('Grace'))
    addEventListener('leave', () => setHere(false))
  }, [])
  return (
    <main>
      <h1>Autosave</h1>
      {isHere && <Field stored={stored} onStored={setStored} />}
      <output>{stored}</output>
      <Choices />
      <ToastRegion />
    </main>
  )
}

function Field({ stored, onStored }: { stored: string; onStored(text: string): void }) {
  const name = useAutosave(stored, async (text) => {
    await window.save(text)
    onStored(text)
  })
  return <TextField label="Name" {...name} />
}

/** Settings that hold at once. */
function Choices() {
  const { error, change } = useChanges()
  return (
    <>
      {['Slow', 'Fast'].map((each) => (
        <Button key={each} onPress={() => change(() => window.save(each))}>
          {each}
        </Button>
      ))}
      {error instanceof Error && <p>{error.message}</p>}
    </>
  )
}

await startI18n()
createRoot(document.getElementById('root')!).render(<Page />)
