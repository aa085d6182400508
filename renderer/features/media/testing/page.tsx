import '../../../ui/tokens.css'
import '../../../ui/base.css'
import { Suspense, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { startI18n } from '../../../app/i18n.ts'
import { Button } from '../../../ui/button.tsx'
import RecordDialog from '../record-dialog.tsx'

/** The dialog as the library opens it, with what it handed over in sight of the test. */
function Page() {
  const [isOpen, setOpen] = useState(false)
  const [files, setFiles] = useState<File[]>([])
  return (
    <main>
      <h1>Recording</h1>
      <Button onPress={() => setOpen(true)}>Record</Button>
      <ul aria-label="Files">
        {files.map((file) => (
          <li key={file.name}>{`${file.type} ${file.size > 0 ? 'with sound' : 'empty'}`}</li>
        ))}
      </ul>
      <Suspense>
        {isOpen && (
          <RecordDialog onFile={(file) => setFiles((before) => [...before, file])} onClose={() => setOpen(false)} />
        )}
      </Suspense>
    </main>
  )
}

await startI18n()
createRoot(document.getElementById('root')!).render(<Page />)
