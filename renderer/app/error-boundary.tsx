import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { detailOf } from './errors.ts'
import './error-boundary.css'

type Props = { children: ReactNode /** A new value (another page) tries again by itself. */; resetKey?: string }

/** Keeps a failure in one part of the studio from taking the rest with it. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: undefined }

  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error('Unknown failure') }
  }

  override componentDidUpdate(before: Props) {
    if (before.resetKey !== this.props.resetKey && this.state.error !== undefined) this.setState({ error: undefined })
  }

  override render() {
    if (this.state.error === undefined) return this.props.children
    return <Stopped error={this.state.error} onRetry={() => this.setState({ error: undefined })} />
  }
}

export function Stopped({
  error,
  onRetry,
  kind = 'part',
}: {
  error: unknown
  onRetry(): void
  kind?: 'part' | 'start'
}) {
  const { t } = useTranslation('app')
  return (
    <div className="stopped">
      <Notice tone="red" title={t(`error.${kind}.title`)} detail={detailOf(error)}>
        <p>{t(`error.${kind}.text`)}</p>
        <div className="stopped-actions">
          <Button size="compact" onPress={onRetry}>
            {t('error.again')}
          </Button>
          <Button size="compact" variant="quiet" onPress={() => location.reload()}>
            {t('error.reload')}
          </Button>
        </div>
      </Notice>
    </div>
  )
}
