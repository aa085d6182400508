import { expect, test } from 'vitest'
import type { Command } from './commands.ts'
import { rankCommands } from './palette-rank.ts'

const command = (id: string, title: string, more: Partial<Command> = {}): Command => ({
  id,
  titleKey: title,
  group: 'go',
  run() {},
  ...more,
})
const say = (key: string) => key
const titles = (sections: ReturnType<typeof rankCommands>) =>
  sections.flatMap((each) => each.entries.map((entry) => entry.title))

test('with no query the recent ones come first and again in their group', () => {
  const sections = rankCommands([command('a', 'Alpha'), command('b', 'Beta')], '', say, ['b'])
  expect(sections.map((each) => each.titleKey)).toEqual(['app:group.recent', 'app:group.go'])
  expect(titles(sections)).toEqual(['Beta', 'Alpha', 'Beta'])
})

test('offers neither hidden commands nor those that are not offered now', () => {
  const list = [
    command('a', 'Alpha', { isHidden: true }),
    command('b', 'Beta', { isEnabled: () => false }),
    command('c', 'Gamma'),
  ]
  expect(titles(rankCommands(list, '', say, []))).toEqual(['Gamma'])
})

test('the newest command of an id is the one', () => {
  const list = [command('a', 'Pause'), command('a', 'Resume')]
  expect(titles(rankCommands(list, '', say, []))).toEqual(['Resume'])
})

test('finds by other words, and a recent command wins a tie', () => {
  const list = [
    command('a', 'Use English', { keywords: 'Sprache' }),
    command('b', 'Use German', { keywords: 'Sprache' }),
  ]
  expect(titles(rankCommands(list, 'sprache', say, ['b']))).toEqual(['Use German', 'Use English'])
})

test('what changes much at once is never the line a hasty Enter would run', () => {
  const list = [command('pause', 'Pause all', { isWeighty: true }), command('new', 'New post')]
  expect(titles(rankCommands(list, '', say, []))).toEqual(['New post', 'Pause all'])
  expect(titles(rankCommands(list, '', say, ['pause']))).toEqual(['New post', 'Pause all'])
  expect(titles(rankCommands(list, 'pause', say, []))).toEqual(['Pause all'])
})
