import { type ReactNode, useId, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../../../shared/collections/outcomes.ts'
import type { Post, Visibility } from '../../../../shared/collections/posts.ts'
import type { SafetyReceipt } from '../../../../shared/domain/post-state.ts'
import { deviceZone } from '../../../app/format.ts'
import { useSignedIn } from '../../../app/host-context.tsx'
import { useSetting, useStudio } from '../../../data/index.ts'
import { TextArea } from '../../../ui/fields.tsx'
import { RadioGroup } from '../../../ui/toggles.tsx'
import type { EditorDesk } from '../editor/desk.ts'
import { useDraftValue } from '../editor/draft-value.ts'
import { useRows } from '../list/use-list.ts'
import type { PostCommands } from '../use-post-commands.ts'
import { useTry } from '../use-try.ts'
import { Checks } from './checks.tsx'
import { CoverField } from './cover-field.tsx'
import { PlanPanel } from './plan-panel.tsx'
import type { Check } from './preflight.ts'
import { Receipt } from './receipt.tsx'
import { SlugField } from './slug-field.tsx'
import { TagField } from './tag-field.tsx'
import { tagsInUse } from './tags.ts'
import './inspector.css'

type Props = {
  post: Post
  outcome: Outcome | null
  receipt: SafetyReceipt
  checks: readonly Check[]
  now: number
  desk: EditorDesk
  commands: PostCommands
  onGo: (id: Check['id']) => void
}

/** Beside the text: where the post is, when it goes out, what to look at before, and its settings. */
export function Inspector({ post, outcome, receipt, checks, now, desk, commands, onGo }: Props) {
  const { t } = useTranslation('posts')
  const { posts } = useStudio()
  const { handle } = useSignedIn()
  const { rows } = useRows()
  const calendar = useSetting('calendar')
  const publishing = useSetting('publishing')
  const attempt = useTry()
  const others = useMemo(() => rows.filter((row) => row.id !== post.id), [rows, post.id])
  const known = useMemo(() => tagsInUse(rows), [rows])
  const patch = (fields: Parameters<typeof posts.patch>[1]): void => attempt(posts.patch(post.id, fields))
  const isPublic = receipt.level === 'published'
  return (
    <div className="posts-inspector">
      <Receipt post={post} receipt={receipt} now={now} />
      <Section title={isPublic ? t('section.public') : t('section.plan')}>
        <PlanPanel
          post={post}
          receipt={receipt}
          now={now}
          blocked={checks.some((check) => check.level === 'must' && check.id !== 'passed')}
          defaults={{
            zone: calendar.zone || deviceZone(),
            weekStart: calendar.weekStart,
            late: publishing.late,
          }}
          commands={commands}
        />
      </Section>
      <Section title={t('section.checks')}>
        <Checks checks={checks} offline={receipt.offline} onGo={onGo} />
      </Section>
      <Section title={t('section.settings')}>
        <SummaryField summary={post.summary} onCommit={(summary) => patch({ summary })} />
        <SlugField
          slug={post.slug}
          title={post.title}
          handle={handle}
          others={others}
          current={outcome?.slug ?? ''}
          isPublic={isPublic}
          onChange={(slug) => patch({ slug })}
        />
        <TagField tags={post.tags} known={known} onChange={(tags) => patch({ tags })} />
        <RadioGroup<Visibility>
          label={t('visibility.label')}
          value={post.visibility}
          options={(['public', 'members', 'paid'] as const).map((id) => ({
            id,
            label: t(`visibility.${id}`),
            hint: t(`visibility.hint.${id}`),
          }))}
          onChange={(visibility) => patch({ visibility })}
        />
        <CoverField cover={post.cover} desk={desk} onChange={(cover) => patch({ cover })} />
      </Section>
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className="posts-section" aria-labelledby={id}>
      <h2 id={id} className="posts-section-title">
        {title}
      </h2>
      {children}
    </section>
  )
}

function SummaryField({ summary, onCommit }: { summary: string; onCommit: (summary: string) => void }) {
  const { t } = useTranslation('posts')
  const field = useDraftValue(summary, onCommit)
  return (
    <TextArea
      label={t('summary.label')}
      hint={t('summary.hint')}
      rows={3}
      maxLength={1000}
      value={field.value}
      onChange={field.change}
      onBlur={field.leave}
    />
  )
}
