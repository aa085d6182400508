import { type CalendarDate, type CalendarDateTime, parseDate, parseDateTime, parseTime } from '@internationalized/date'
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import {
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarHeading,
} from 'react-aria-components/Calendar'
import { DateInput, DateSegment } from 'react-aria-components/DateField'
import { DatePicker } from 'react-aria-components/DatePicker'
import { Dialog } from 'react-aria-components/Dialog'
import { FieldError } from 'react-aria-components/FieldError'
import { Group } from 'react-aria-components/Group'
import { Label } from 'react-aria-components/Label'
import { Popover as AriaPopover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
import { TimeField as AriaTimeField } from 'react-aria-components/TimeField'
import { useTranslation } from 'react-i18next'
import './fields.css'
import './menu.css'
import './date-time.css'

type Props = {
  label: string
  /** Empty string: not chosen yet. */
  value: string
  onChange(value: string): void
  hint?: ReactNode
  error?: string | undefined
  hideLabel?: boolean | undefined
  isDisabled?: boolean | undefined
  /** 1 Monday … 7 Sunday, 0 by locale, as in the calendar's settings. */
  weekStart?: number | undefined
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** A day, `2026-03-29`. */
export function DateField(props: Props) {
  return (
    <Picker<CalendarDate>
      {...props}
      granularity="day"
      parsed={props.value ? parseDate(props.value.slice(0, 10)) : null}
      write={(value) => value.toString()}
    />
  )
}

/** A day and a wall-clock time with no zone, `2026-03-29T02:30:00`: whose clock it is says the field beside it. */
export function DateTimeField(props: Props) {
  return (
    <Picker<CalendarDateTime>
      {...props}
      granularity="minute"
      parsed={props.value ? parseDateTime(props.value.slice(0, 19)) : null}
      write={(value) => value.toString().slice(0, 19)}
    />
  )
}

function Picker<T extends CalendarDate | CalendarDateTime>({
  label,
  onChange,
  hint,
  error,
  hideLabel,
  isDisabled,
  weekStart,
  granularity,
  parsed,
  write,
}: Props & { granularity: 'day' | 'minute'; parsed: T | null; write(value: T): string }) {
  const { t } = useTranslation('ui')
  const firstDay = weekStart ? weekdays[weekStart % 7] : undefined
  return (
    <DatePicker<T>
      className="field"
      value={parsed}
      onChange={(value) => onChange(value === null ? '' : write(value as unknown as T))}
      granularity={granularity}
      isInvalid={Boolean(error)}
      isDisabled={isDisabled ?? false}
      shouldForceLeadingZeros
      {...(firstDay ? { firstDayOfWeek: firstDay } : {})}
    >
      <Label className={hideLabel ? 'sr-only' : 'field-label'}>{label}</Label>
      <Group className="field-box date-box">
        <DateInput className="date-input num">
          {(part) => <DateSegment segment={part} className="date-part" />}
        </DateInput>
        <AriaButton className="field-clear">
          <CalendarDays aria-hidden />
        </AriaButton>
      </Group>
      {error ? (
        <FieldError className="field-error">{error}</FieldError>
      ) : (
        hint && (
          <Text slot="description" className="field-hint">
            {hint}
          </Text>
        )
      )}
      <AriaPopover className="floating" offset={6}>
        <Dialog className="date-popover" aria-label={label}>
          <Calendar className="mini-calendar">
            <header className="mini-calendar-head">
              <AriaButton slot="previous" className="field-clear" aria-label={t('previousMonth')}>
                <ChevronLeft aria-hidden />
              </AriaButton>
              <CalendarHeading className="mini-calendar-title" />
              <AriaButton slot="next" className="field-clear" aria-label={t('nextMonth')}>
                <ChevronRight aria-hidden />
              </AriaButton>
            </header>
            <CalendarGrid className="mini-calendar-grid" weekdayStyle="short">
              <CalendarGridHeader>
                {(day) => <CalendarHeaderCell className="mini-calendar-weekday">{day}</CalendarHeaderCell>}
              </CalendarGridHeader>
              <CalendarGridBody>
                {(date) => <CalendarCell date={date} className="mini-calendar-day num" />}
              </CalendarGridBody>
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </AriaPopover>
    </DatePicker>
  )
}

/** A time of day, `02:30:00`. */
export function TimeField({ label, value, onChange, hint, error, hideLabel, isDisabled }: Omit<Props, 'weekStart'>) {
  return (
    <AriaTimeField
      className="field"
      value={value ? parseTime(value) : null}
      onChange={(time) => onChange(time ? time.toString().slice(0, 8) : '')}
      isInvalid={Boolean(error)}
      isDisabled={isDisabled ?? false}
      shouldForceLeadingZeros
    >
      <Label className={hideLabel ? 'sr-only' : 'field-label'}>{label}</Label>
      <DateInput className="field-box date-input num">
        {(part) => <DateSegment segment={part} className="date-part" />}
      </DateInput>
      {error ? (
        <FieldError className="field-error">{error}</FieldError>
      ) : (
        hint && (
          <Text slot="description" className="field-hint">
            {hint}
          </Text>
        )
      )}
    </AriaTimeField>
  )
}
