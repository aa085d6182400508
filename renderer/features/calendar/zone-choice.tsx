import { Check, ChevronsUpDown, Globe2, Search } from 'lucide-react'
import { useState } from 'react'
import { Autocomplete } from 'react-aria-components/Autocomplete'
import { Input } from 'react-aria-components/Input'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { SearchField } from 'react-aria-components/SearchField'
import { ListLayout, Virtualizer } from 'react-aria-components/Virtualizer'
import { useTranslation } from 'react-i18next'
import { zoneOffsets } from '../../../shared/domain/zone-offsets.ts'
import { Button } from '../../ui/button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { offsetText, placeOf } from './words.ts'
import { type ZoneChoice as Choice, findZones, useZoneNames } from './zone-names.ts'
import '../../ui/fields.css'
import './zone-choice.css'

type Props = {
  label: string
  zone: string
  /** The creator's own, offered first. */
  homeZone: string
  /** The instant whose offset is shown. */
  at: number
  locale: string
  onChoose(zone: string): void
  look?: 'quiet' | 'field'
}

/** Empty for a zone this browser does not know: a post may come from a device with newer zone data. */
function offsetOf(zone: string, at: number): string {
  try {
    return offsetText(zoneOffsets(zone).offsetMs(at))
  } catch {
    return ''
  }
}

/** A time zone and its offset; pressed, any other is found by place, region or the name of its time. */
export function ZoneChoice({ label, zone, homeZone, at, locale, onChoose, look = 'quiet' }: Props) {
  const text = [placeOf(zone), offsetOf(zone, at)].filter(Boolean).join(' · ')
  return (
    <Popover
      label={label}
      placement={look === 'quiet' ? 'bottom end' : 'bottom start'}
      trigger={
        <Button
          variant={look === 'quiet' ? 'quiet' : 'plain'}
          className="zone-button"
          icon={<Globe2 aria-hidden />}
          aria-label={`${label}: ${text}`}
          data-away={zone === homeZone ? undefined : ''}
        >
          <span className="num">{text}</span>
          <ChevronsUpDown aria-hidden />
        </Button>
      }
    >
      {(close) => (
        <ZoneSearch
          zone={zone}
          homeZone={homeZone}
          at={at}
          locale={locale}
          onClose={close}
          onChoose={(each) => {
            close()
            onChoose(each)
          }}
        />
      )}
    </Popover>
  )
}

function ZoneSearch({
  zone,
  homeZone,
  at,
  locale,
  onChoose,
  onClose,
}: Omit<Props, 'label' | 'look'> & { onClose(): void }) {
  const { t } = useTranslation('calendar')
  const [query, setQuery] = useState('')
  const choices = useZoneNames(locale, at)
  const found = query === '' ? ownFirst(choices, homeZone) : findZones(choices, query)
  return (
    <div
      className="zone-search"
      onKeyDownCapture={(event) => {
        if (event.key !== 'Escape' || query !== '') return
        event.preventDefault()
        event.stopPropagation()
        onClose()
      }}
    >
      <Autocomplete inputValue={query} onInputChange={setQuery}>
        <SearchField aria-label={t('zone.search')} className="field field-search" autoFocus>
          <span className="field-box">
            <Search aria-hidden className="field-icon" />
            {/* It steers the list below, which is always open: that is a combobox, and the list then needs no tab stop. */}
            <Input
              className="field-input"
              role="combobox"
              aria-expanded
              aria-haspopup="listbox"
              placeholder={t('zone.placeholder')}
            />
          </span>
        </SearchField>
        <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: 44 }}>
          <ListBox
            className="menu zone-list"
            aria-label={t('zone.list')}
            items={found as Choice[]}
            selectionMode="single"
            selectedKeys={[zone]}
            dependencies={[zone, homeZone, at]}
            onSelectionChange={(keys) => keys !== 'all' && [...keys][0] !== undefined && onChoose(String([...keys][0]))}
            renderEmptyState={() => <div className="menu-empty">{t('zone.none')}</div>}
          >
            {(choice) => (
              <ListBoxItem id={choice.id} className="menu-item" textValue={choice.text}>
                <span className="menu-item-text">
                  <span className="truncate">
                    {choice.place}
                    {choice.id === homeZone && <span className="zone-own">{t('zone.own')}</span>}
                  </span>
                  <span className="menu-item-hint truncate">{choice.name || choice.id}</span>
                </span>
                <span className="zone-offset num">{offsetOf(choice.id, at)}</span>
                {choice.id === zone && <Check aria-hidden className="menu-check" />}
              </ListBoxItem>
            )}
          </ListBox>
        </Virtualizer>
      </Autocomplete>
    </div>
  )
}

const ownFirst = (choices: readonly Choice[], own: string): readonly Choice[] => {
  const mine = choices.find((choice) => choice.id === own)
  return mine ? [mine, ...choices.filter((choice) => choice !== mine)] : choices
}
