import { useNavigate } from '@tanstack/react-router'
import type { Editor } from '@tiptap/core'
import { Ellipsis, Eye, PenLine } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Post } from '../../../shared/collections/posts.ts'
import { safetyReceipt } from '../../../shared/domain/post-state.ts'
import { bodyField } from '../../../shared/domain/richtext/extensions.ts'
import { readingMinutes } from '../../../shared/domain/richtext/words.ts'
import { useCommand } from '../../app/commands.ts'
import { useFormat } from '../../app/format.ts'
import { useNow } from '../../app/now.ts'
import { useTitle } from '../../app/title.ts'
import { useOutcome, useSetting, useStudio, useSyncStatus } from '../../data/index.ts'
import type { OpenBody } from '../../data/types.ts'
import { StateMark } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { SegmentedControl } from '../../ui/toggles.tsx'
import { WorkArea } from '../../ui/work-area.tsx'
import { BodyEditor } from './editor/body-editor.tsx'
import { TitleField, type TitleHandle } from './editor/title-field.tsx'
import { useStudioDesk } from './editor/use-desk.ts'
import { useBodyFacts, useNotUploaded, useUnwritten } from './editor/use-open-body.ts'
import { Inspector } from './inspector/inspector.tsx'
import { type Check, preflight } from './inspector/preflight.ts'
import { receiptShort } from './inspector/receipt-words.ts'
import { openPlan } from './planned.ts'
import { usePostMenu } from './post-menu.tsx'
import { useFocusMode } from './use-focus-mode.ts'
import { usePublishing } from './use-publishing.tsx'
import { useTry } from './use-try.ts'
import './posts.css'

const Preview = lazy(() => import('./preview/preview.tsx'))

/** Writing a post: title and text, and beside them everything that is not writing. */
export function PostEditor({ post, body }: { post: Post; body: OpenBody }) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const { posts } = useStudio()
  const { id } = post
  const outcome = useOutcome(id) ?? null
  const sync = useSyncStatus()
  const now = useNow()
  const attempt = useTry()
  const desk = useStudioDesk()
  const fragment = useMemo(() => body.doc.getXmlFragment(bodyField), [body])
  const [editor, setEditor] = useState<Editor | null>(null)
  const [mode, setMode] = useState<'write' | 'preview'>('write')
  const title = useRef<TitleHandle>(null)
  const facts = useBodyFacts(editor)
  const unwritten = useUnwritten(body.doc, post.updatedAt)
  const pictures = useMemo(
    () => [...new Set([...facts.pictures, ...(post.cover ? [post.cover] : [])])],
    [facts.pictures, post.cover],
  )
  const notUploaded = useNotUploaded(pictures)
  const publishing = usePublishing()
  const focus = useFocusMode()
  const { language } = useSetting('profile')
  const navigate = useNavigate()
  const entriesOf = usePostMenu()
  useTitle(post.title || t('untitled'), t('list.label'))

  const receipt = safetyReceipt(post, outcome, sync, now)
  const safe = receiptShort(receipt)
  const thing = { id, title: post.title, plan: post.plan, path: receipt.path }
  const commands = publishing.commandsOf(thing)
  const plan = openPlan(post.plan, receipt.state)
  const checks = preflight({
    title: post.title,
    words: post.words,
    pictures: facts.pictures.length,
    withoutAlt: facts.withoutAlt,
    notUploaded,
    offline: receipt.offline,
    passed: receipt.state === 'late',
    addressProblem: receipt.problem?.code === 'slug_taken' || receipt.problem?.code === 'slug_invalid',
  })

  // A new post waits for its title; one that has words, for more of them where they are.
  const isNew = useRef(post.title === '' && post.words === 0)
  useEffect(() => {
    if (isNew.current && document.activeElement?.getAttribute('role') !== 'listbox') title.current?.focusEnd()
  }, [])

  const togglePreview = async (): Promise<void> => {
    if (mode === 'write') await body.save()
    setMode(mode === 'write' ? 'preview' : 'write')
  }
  useCommand({
    id: 'posts.preview',
    titleKey: 'posts:command.preview',
    group: 'editor',
    shortcut: 'Mod+Shift+P',
    run: togglePreview,
  })
  useCommand({
    id: 'posts.plan',
    titleKey: 'posts:command.plan',
    group: 'editor',
    shortcut: 'Mod+Shift+Enter',
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
  const stepBack = (): void => {
    const list = document.querySelector<HTMLElement>('.posts-list [role="listbox"]')
    if (focus.isOn) focus.leave()
    else if (list) list.focus()
    else attempt(navigate({ to: '/posts' }))
  }
  const goTo = (check: Check['id']): void => {
    setMode('write')
    if (check === 'title') title.current?.focusEnd()
    else if (check === 'text') editor?.commands.focus('end')
    else if (check === 'alt') focusFirstUndescribed(editor)
  }

  const status = (
    <>
      <StateMark state={receipt.state} />
      <span className="posts-safe truncate" data-safe={unwritten ? 'writing' : safe}>
        {unwritten ? t('safe.writing') : t(`safe.${safe}`)}
      </span>
      <span className="posts-count meta num">
        {t('count.words', { count: post.words, shown: format.number(post.words) })}
        {post.words > 0 && (
          <span className="posts-minutes"> · {t('count.minutes', { count: readingMinutes(post.words) })}</span>
        )}
      </span>
    </>
  )
  const actions = (
    <>
      <SegmentedControl
        label={t('mode.label')}
        iconsOnly
        value={mode}
        options={[
          { id: 'write', label: t('mode.write'), icon: <PenLine aria-hidden /> },
          { id: 'preview', label: t('mode.preview'), icon: <Eye aria-hidden /> },
        ]}
        onChange={(next) => next !== mode && attempt(togglePreview())}
      />
      <Menu
        label={t('menu')}
        trigger={<IconButton label={t('menu')} icon={<Ellipsis aria-hidden />} />}
        items={entriesOf(receipt.state, receipt.level === 'published', post.plan, commands)}
      />
      {receipt.level !== 'published' && (
        <Button variant="primary" className="posts-plan-button" onPress={showPlan}>
          {plan ? t('plan.change') : t('plan.open')}
        </Button>
      )}
    </>
  )

  return (
    <WorkArea
      title={post.title || t('untitled')}
      titleLook="hidden"
      status={status}
      actions={actions}
      inspectorLabel={t('inspector')}
      inspector={
        <Inspector
          post={post}
          outcome={outcome}
          receipt={receipt}
          checks={checks}
          now={now}
          desk={desk}
          commands={commands}
          onGo={goTo}
        />
      }
    >
      <div className="posts-page" hidden={mode !== 'write'}>
        <TitleField
          ref={title}
          title={post.title}
          onCommit={(text) => attempt(posts.patch(id, { title: text.trim() }))}
          onLeaveBelow={() => editor?.commands.focus('start')}
          onStepBack={stepBack}
          language={language}
        />
        <BodyEditor
          fragment={fragment}
          desk={desk}
          onReady={setEditor}
          onLeaveTop={() => title.current?.focusEnd()}
          onStepBack={stepBack}
          language={language}
        />
      </div>
      {mode === 'preview' && (
        <Suspense>
          <Preview post={post} outcome={outcome} />
        </Suspense>
      )}
      {publishing.dialog}
    </WorkArea>
  )
}

/** Opens the inspector where it is folded away, and goes to the plan in it. */
function showPlan(): void {
  if (!document.querySelector('.posts-inspector')) document.getElementById('toggle-inspector')?.click()
  requestAnimationFrame(() => {
    const first = document.querySelector<HTMLElement>('.posts-plan [tabindex="0"], .posts-plan button')
    first?.focus()
    first?.scrollIntoView({ block: 'nearest' })
  })
}

function focusFirstUndescribed(editor: Editor | null): void {
  if (!editor) return
  let at = -1
  editor.state.doc.descendants((node, pos) => {
    if (at < 0 && node.type.name === 'image' && String(node.attrs.alt).trim() === '') at = pos
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
