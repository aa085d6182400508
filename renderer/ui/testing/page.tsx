import '../tokens.css'
import '../base.css'
import { lazy, Suspense, useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { createRoot } from 'react-dom/client'
import { useCommandList } from '../../app/commands.ts'
import { startI18n } from '../../app/i18n.ts'
import { listenForShortcuts } from '../../app/shortcuts.ts'
import { Button } from '../button.tsx'
import { ComboBox } from '../combo-box.tsx'
import { DateTimeField } from '../date-time.tsx'
import { ConfirmDialog } from '../dialog.tsx'
import { TextField } from '../fields.tsx'
import { Menu } from '../menu.tsx'
import { Popover } from '../popover.tsx'
import { Select } from '../select.tsx'
import { SplitPane } from '../split-pane.tsx'
import { ToastRegion, toast } from '../toast.tsx'
import { Switch } from '../toggles.tsx'
import { VirtualList } from '../virtual-list.tsx'

const Palette = lazy(() => import('../../app/palette.tsx'))

const items = Array.from({ length: 10_000 }, (_, i) => ({ id: `row-${i}`, title: `Row ${i}` }))

/** The primitives as a feature uses them, with what they said last in sight of the test. */
function Page() {
  const [selected, setSelected] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const [when, setWhen] = useState('2026-03-29T02:30:00')
  const [text, setText] = useState('')
  const [tier, setTier] = useState('public')
  const [zone, setZone] = useState('berlin')
  const [isOn, setOn] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  useEffect(() => listenForShortcuts(window), [])
  useCommandList([
    { id: 'test.new', titleKey: 'New post', group: 'posts', shortcut: 'N', run: () => setSaid('new') },
    { id: 'test.go', titleKey: 'Go to posts', group: 'go', shortcut: 'G P', run: () => setSaid('go') },
    { id: 'test.bold', titleKey: 'Save now', group: 'posts', shortcut: 'Mod+S', run: () => setSaid('save') },
    { id: 'test.palette', titleKey: 'Palette', group: 'go', shortcut: 'Mod+K', run: () => setPaletteOpen(true) },
  ])
  return (
    <main style={{ display: 'flex', height: '100vh' }}>
      <SplitPane
        id="test"
        side="start"
        label="List"
        initial={300}
        pane={
          <VirtualList
            label="Rows"
            items={items}
            rowHeight={36}
            keyOf={(item) => item.id}
            selectedKey={selected}
            onSelect={(item) => setSelected(item.id)}
            onOpen={(item) => setSaid(`open ${item.id}`)}
            renderRow={(item) => <span>{item.title}</span>}
          />
        }
      >
        <div style={{ padding: 24, display: 'grid', gap: 16, justifyItems: 'start' }}>
          <h1>Primitives</h1>
          <output data-testid="said">{said}</output>
          <output data-testid="when">{when}</output>
          <TextField label="Title" value={text} onChange={setText} />
          <DateTimeField label="When" value={when} onChange={setWhen} />
          <Select
            label="Who"
            options={[
              { id: 'public', label: 'Everyone' },
              { id: 'members', label: 'Members', hint: 'Not on your public pages.' },
            ]}
            value={tier}
            onChange={setTier}
          />
          <ComboBox
            label="Zone"
            options={[
              { id: 'berlin', label: 'Berlin', hint: 'UTC+1' },
              { id: 'lima', label: 'Lima', hint: 'UTC−5' },
            ]}
            value={zone}
            onChange={setZone}
            emptyText="No such place."
          />
          <Menu
            label="More"
            trigger={<Button>More</Button>}
            items={[
              { id: 'copy', label: 'Copy', hint: 'With its pictures', shortcut: 'Mod+D', run: () => setSaid('copy') },
              'line',
              { id: 'wide', label: 'Wide', isChosen: true, run: () => setSaid('wide') },
            ]}
          />
          <Popover label="Which posts" trigger={<Button>Filter</Button>}>
            {(close) => (
              <>
                <TextField label="Tag" value={text} onChange={setText} />
                <Button onPress={close}>Done</Button>
              </>
            )}
          </Popover>
          <Switch label="Pause" isSelected={isOn} onChange={setOn} />
          <Button
            onPress={() => toast({ message: 'Deleted.', action: { label: 'Undo', run: () => setSaid('undone') } })}
          >
            Delete
          </Button>
          <Button onPress={() => setAsking(true)}>Unpublish</Button>
          <ConfirmDialog
            title="Unpublish?"
            confirm="Take down"
            isOpen={isAsking}
            onClose={() => setAsking(false)}
            onConfirm={() => setSaid('confirmed')}
          >
            Readers see that it is gone.
          </ConfirmDialog>
        </div>
      </SplitPane>
      <Suspense>{isPaletteOpen && <Palette onClose={() => setPaletteOpen(false)} />}</Suspense>
      <ToastRegion />
    </main>
  )
}

await startI18n()
createRoot(document.getElementById('root')!).render(
  <I18nProvider locale="en-GB">
    <Page />
  </I18nProvider>,
)
