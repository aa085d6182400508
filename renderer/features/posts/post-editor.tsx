import { useNavigate } from '@tanstack/react-router'
import type { Editor } from '@tiptap/core'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Post } from '../../../shared/collections/posts.ts'
import { safetyReceipt } from '../../../shared/domain/post-state.ts'
import { bodyField } from '../../../shared/domain/richtext/extensions.ts'
import { isMedium } from '../../../shared/domain/richtext/limits.ts'
import { useCommand } from '../../app/commands.ts'
import { useNow } from '../../app/now.ts'
import { useTitle } from '../../app/title.ts'
import { useOutcome, useServerCopy, useSetting, useStudio } from '../../data/index.ts'
import type { OpenBody } from '../../data/types.ts'
import { WorkArea } from '../../ui/work-area.tsx'
import { AsideHint } from './aside-hint.tsx'
import { BodyEditor } from './editor/body-editor.tsx'
import { useBodyFacts, useNotUploaded } from './editor/body-facts.ts'
import { TitleField, type TitleHandle } from './editor/title-field.tsx'
import { useStudioDesk } from './editor/use-desk.ts'
import { EditorActions, type EditorMode, showPlan } from './editor-actions.tsx'
import { useHistory } from './history/use-history.ts'
import { useRestore } from './history/use-restore.ts'
import { VersionList } from './history/version-list.tsx'
import { Inspector, settingsOf } from './inspector/inspector.tsx'
import { type Check, preflight } from './inspector/preflight.ts'
import { StatusLine } from './status-line.tsx'
import { useFocusMode } from './use-focus-mode.ts'
import { usePublishing } from './use-publishing.tsx'
import { useReceiptSync } from './use-receipt-sync.ts'
import { useEvent, useEvents, useStable } from './use-stable.ts'
import { useTry } from './use-try.ts'
import './posts.css'

const HistoryView = lazy(() => import('./history/history.tsx'))
const Preview = lazy(() => import('./preview/preview.tsx'))

/**
 * Writing a post: title and text, and beside them everything that is not writing. It stays while posts change under it;
 * what belongs to one post alone is keyed by it.
 */
export function PostEditor({ post, body }: { post: Post; body: OpenBody }) {
  const { t } = useTranslation('posts')
  const { posts } = useStudio()
  const { id } = post
  const outcome = useStable(useOutcome(id))
  const sync = useReceiptSync()
  const now = useNow()
  const attempt = useTry()
  const navigate = useNavigate()
  const desk = useStudioDesk()
  const { language } = useSetting('profile')
  const fragment = useMemo(() => body.doc.getXmlFragment(bodyField), [body])
  const [editor, setEditor] = useState<Editor | null>(null)
  const [mode, setMode] = useState<EditorMode>('write')
  const title = useRef<TitleHandle>(null)
  const facts = useBodyFacts(editor)
  const pictures = useMemo(() => [...new Set([...facts.pictures, post.cover].filter(Boolean))], [facts, post.cover])
  const notUploaded = useNotUploaded(pictures)
  const publishing = usePublishing()
  const focus = useFocusMode()
  useTitle(post.title || t('untitled'), t('list.label'))

  const settings = useStable(settingsOf(post))
  const receipt = useStable(safetyReceipt(post, outcome, useServerCopy(id), sync, now))
  const commands = useEvents(publishing.commandsOf({ id, title: post.title, plan: post.plan, path: receipt.path }))
  const checks = useStable(preflight(post, receipt, facts, notUploaded))

  // A new post waits for its title; one that has words leaves the keyboard where it is, which may be the list.
  const isNew = post.title === '' && post.words === 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each post that is opened
  useEffect(() => {
    if (isNew && document.activeElement?.getAttribute('role') !== 'listbox') title.current?.focusEnd()
  }, [id])

  const show = useEvent((next: EditorMode) => {
    const change = async (): Promise<void> => {
      // The others are made from what is on disk.
      if (next !== 'write') await body.save()
      setMode(next)
    }
    if (next !== mode) attempt(change())
  })
  const toggle = (other: EditorMode): void => show(mode === other ? 'write' : other)
  useCommand({
    id: 'posts.preview',
    titleKey: 'posts:command.preview',
    group: 'editor',
    shortcut: 'Mod+Shift+P',
    run: () => toggle('preview'),
  })
  useCommand({
    id: 'posts.history',
    titleKey: 'posts:command.history',
    group: 'editor',
    shortcut: 'Mod+Shift+H',
    run: () => toggle('history'),
  })
  useCommand({
    id: 'posts.plan',
    titleKey: 'posts:command.plan',
    group: 'editor',
    shortcut: 'Mod+Shift+L',
    run: showPlan,
  })
  useCommand({
    id: 'posts.duplicate',
    titleKey: 'posts:command.duplicate',
    group: 'editor',
    shortcut: 'Mod+D',
    run: commands.duplicate,
  })
  useCommand({ id: 'posts.remove', titleKey: 'posts:command.remove', group: 'editor', run: commands.remove })

  /** Out of the words: first out of the focus mode, then to the list, which may be a step back of its own. */
  const stepBack = useEvent(() => {
    const list = document.querySelector<HTMLElement>('.posts-list [role="listbox"]')
    if (focus.isOn) focus.leave()
    else if (list) list.focus()
    else attempt(navigate({ to: '/posts' }))
  })
  const goTo = useEvent((check: Check['id']) => {
    setMode('write')
    if (check === 'title') title.current?.focusEnd()
    else if (check === 'text') editor?.commands.focus('end')
    else if (check === 'alt') focusFirstUndescribed(editor)
  })
  const leaveTop = useEvent(() => title.current?.focusEnd())
  const isPublic = receipt.level === 'published'
  const history = useHistory(post, mode === 'history')
  const backToText = useEvent(() => {
    setMode('write')
    // A frame later the text is there to take the keyboard.
    requestAnimationFrame(() => editor?.commands.focus())
  })
  const restore = useRestore({ post, isPublic, editor, onDone: backToText })

  return (
    <WorkArea
      title={post.title || t('untitled')}
      titleLook="hidden"
      status={<StatusLine key={id} doc={body.doc} version={post.updatedAt} words={post.words} receipt={receipt} />}
      actions={
        <EditorActions
          mode={mode}
          state={receipt.state}
          isPublic={isPublic}
          plan={settings.plan}
          commands={commands}
          onMode={show}
        />
      }
      inspectorLabel={mode === 'history' ? t('history.versions') : t('inspector')}
      inspector={
        mode === 'history' ? (
          <VersionList {...history} />
        ) : (
          <Inspector
            post={settings}
            slugNow={outcome?.slug ?? ''}
            receipt={receipt}
            checks={checks}
            now={now}
            desk={desk}
            commands={commands}
            onGo={goTo}
          />
        )
      }
    >
      <div className="posts-page" hidden={mode !== 'write'}>
        <AsideHint postId={id} />
        <TitleField
          key={`title ${id}`}
          ref={title}
          title={post.title}
          // With the post of this very drawing: a title half written on the way to another post belongs to the first.
          onCommit={(text) => attempt(posts.patch(id, { title: text.trim() }))}
          onLeaveBelow={() => editor?.commands.focus('start')}
          onStepBack={stepBack}
          language={language}
        />
        <BodyEditor
          key={`body ${id}`}
          fragment={fragment}
          desk={desk}
          onReady={setEditor}
          onLeaveTop={leaveTop}
          onStepBack={stepBack}
          language={language}
        />
      </div>
      {mode === 'preview' && (
        <Suspense>
          <Preview post={post} outcome={outcome} />
        </Suspense>
      )}
      {mode === 'history' && (
        <Suspense>
          <HistoryView
            post={post}
            history={history}
            keepsSlug={restore.keepsSlug}
            pictureUrl={desk.pictureUrl}
            onRestore={restore.run}
            onLeave={backToText}
          />
        </Suspense>
      )}
      {publishing.dialog}
    </WorkArea>
  )
}

function focusFirstUndescribed(editor: Editor | null): void {
  if (!editor) return
  let at = -1
  editor.state.doc.descendants((node, pos) => {
    if (at < 0 && isMedium(node.type.name) && String(node.attrs.alt).trim() === '') at = pos
    return at < 0
  })
  if (at < 0) return
  editor.chain().setNodeSelection(at).scrollIntoView().run()
  const dom = editor.view.nodeDOM(at)
  if (!(dom instanceof HTMLElement)) return
  const button = dom.querySelector<HTMLElement>('.posts-picture-alt')
  if (button?.getAttribute('aria-pressed') === 'false') button.click()
  requestAnimationFrame(() => dom.querySelector('input')?.focus())
}
