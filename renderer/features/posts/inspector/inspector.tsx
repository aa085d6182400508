import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Post, Visibility } from '../../../../shared/collections/posts.ts'
import type { SafetyReceipt } from '../../../../shared/domain/post-state.ts'
import { deviceZone } from '../../../app/format.ts'
import { useSignedIn } from '../../../app/host-context.tsx'
import { type PostFields, useSetting, useStudio } from '../../../data/index.ts'
import { TextArea } from '../../../ui/fields.tsx'
import { Section } from '../../../ui/section.tsx'
import { RadioGroup } from '../../../ui/toggles.tsx'
import type { EditorDesk } from '../editor/desk.ts'
import { useDraftValue } from '../editor/draft-value.ts'
import type { PostCommands } from '../use-post-commands.ts'
import { useStable } from '../use-stable.ts'
import { useTry } from '../use-try.ts'
import { Checks } from './checks.tsx'
import { CoverField } from './cover-field.tsx'
import { type PlanDefaults, PlanPanel } from './plan-panel.tsx'
import { type Check, isBlocked } from './preflight.ts'
import { Receipt } from './receipt.tsx'
import { SlugField } from './slug-field.tsx'
import { TagField } from './tag-field.tsx'
import { tagsInUse } from './tags.ts'
import './inspector.css'

/** What the inspector needs of a post: all but its text and what changes with every pause of the writer. */
export type Settings = Pick<Post, 'id' | 'title' | 'summary' | 'slug' | 'tags' | 'visibility' | 'cover' | 'plan'>

export const settingsOf = ({ id, title, summary, slug, tags, visibility, cover, plan }: Post): Settings => ({
  id,
  title,
  summary,
  slug,
  tags,
  visibility,
  cover,
  plan,
})

type Props = {
  post: Settings
  /** The address it was published under, or empty. */
  slugNow: string
  receipt: SafetyReceipt
  checks: readonly Check[]
  now: number
  desk: EditorDesk
  commands: PostCommands
  onGo: (id: Check['id']) => void
}

/** Beside the text: where the post is, when it goes out, what to look at before, and its settings. */
export const Inspector = memo(function Inspector(props: Props) {
  const { post, slugNow, receipt, checks, now, desk, commands, onGo } = props
  const { t } = useTranslation('posts')
  const calendar = useSetting('calendar')
  const publishing = useSetting('publishing')
  const [here] = useState(deviceZone)
  const defaults = useStable<PlanDefaults>({
    zone: calendar.zone || here,
    weekStart: calendar.weekStart,
    late: publishing.late,
  })
  const isPublic = receipt.level === 'published'
  return (
    <div className="sections posts-inspector">
      <Receipt zone={post.plan.zone} receipt={receipt} now={now} />
      <Section title={isPublic ? t('section.public') : t('section.plan')}>
        <PlanPanel
          plan={post.plan}
          state={receipt.state}
          isPublic={isPublic}
          pending={receipt.pending}
          now={now}
          blocked={isBlocked(checks)}
          defaults={defaults}
          commands={commands}
        />
      </Section>
      {(!isPublic || checks.length > 0) && (
        <Section title={isPublic ? t('check.label') : t('section.checks')}>
          <Checks checks={checks} offline={receipt.offline} onGo={onGo} />
        </Section>
      )}
      <Section title={t('section.settings')}>
        <SettingFields post={post} slugNow={slugNow} isPublic={isPublic} desk={desk} />
      </Section>
    </div>
  )
})

const SettingFields = memo(function SettingFields({
  post,
  slugNow,
  isPublic,
  desk,
}: Pick<Props, 'post' | 'slugNow' | 'desk'> & { isPublic: boolean }) {
  const { t } = useTranslation('posts')
  const { posts, index } = useStudio()
  const { handle } = useSignedIn()
  const attempt = useTry()
  const { id } = post
  // Bound to this very post: a field that is left on the way to another one still writes into its own.
  const patch = (asShown: PostFields, build?: (now: Post) => PostFields): void =>
    attempt(posts.patch(id, asShown, build))
  return (
    <>
      <SummaryField key={`summary ${id}`} summary={post.summary} onCommit={(summary) => patch({ summary })} />
      <SlugField
        key={`slug ${id}`}
        slug={post.slug}
        title={post.title}
        handle={handle}
        others={() => index.rows$.value.filter((row) => row.id !== id)}
        current={slugNow}
        isPublic={isPublic}
        onChange={(slug) => patch({ slug })}
      />
      <TagField
        key={`tags ${id}`}
        tags={post.tags}
        known={() => tagsInUse(index.rows$.value)}
        onChange={(edit) => patch({ tags: edit(post.tags) }, ({ tags }) => ({ tags: edit(tags) }))}
      />
      <RadioGroup<Visibility>
        label={t('visibility.label')}
        value={post.visibility}
        options={(['public', 'members', 'paid'] as const).map((each) => ({
          id: each,
          label: t(`visibility.${each}`),
          hint: t(`visibility.hint.${each}`),
        }))}
        onChange={(visibility) => patch({ visibility })}
      />
      <CoverField key={`cover ${id}`} cover={post.cover} desk={desk} onChange={(cover) => patch({ cover })} />
    </>
  )
})

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
