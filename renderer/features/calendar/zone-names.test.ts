import { expect, test } from 'vitest'
import { findZones, plain, type ZoneChoice } from './zone-names.ts'

const choice = (id: string, place: string, name: string): ZoneChoice => ({
  id,
  place,
  region: id.split('/')[0]!,
  name,
  text: plain(`${place} ${id} ${name}`),
})
const choices = [
  choice('Africa/Porto-Novo', 'Porto-Novo', 'West Africa Time'),
  choice('America/New_York', 'New York', 'Eastern Time EST'),
  choice('America/Sao_Paulo', 'São Paulo', 'Brasilia Time GMT-3'),
  choice('Europe/Berlin', 'Berlin', 'Central European Time CET'),
]
const found = (query: string) => findZones(choices, query).map((each) => each.id)

test('zones are found by place, IANA name, offset and the name of their time', () => {
  expect(found('sao pau')).toEqual(['America/Sao_Paulo'])
  expect(found('america/new')).toEqual(['America/New_York'])
  expect(found('central euro')).toEqual(['Europe/Berlin'])
  expect(found('utc-3')).toEqual(['America/Sao_Paulo'])
  expect(found('')).toHaveLength(4)
  expect(found('atlantis')).toEqual([])
})

test('places that begin with what was typed come first', () => {
  expect(found('n')[0]).toBe('America/New_York')
})
