import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultHue } from '../../shared/domain/page/index.ts'
import { settingDefaults } from './setting-defaults.ts'

test('who chose no accent sees the one that readers see', () => {
  const look = readFileSync(new URL('../../shared/domain/page/look.css', import.meta.url), 'utf8')
  expect(look).toContain(`--hue: ${defaultHue};`)
  expect(settingDefaults('Ada').profile.accentHue).toBe(defaultHue)
})
