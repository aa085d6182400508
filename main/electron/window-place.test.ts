import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, placeWindow, type WindowPlace } from './window-place.ts'

const main: Box = { x: 0, y: 25, width: 1920, height: 1055 }
const left: Box = { x: -2560, y: 0, width: 2560, height: 1440 }
const place = (fields: Partial<WindowPlace>): WindowPlace => ({
  x: 100,
  y: 100,
  width: 1200,
  height: 800,
  isMaximized: false,
  ...fields,
})

test('the first time it opens in the middle of the main screen, no larger than it', () => {
  expect(placeWindow(undefined, [main])).toEqual({ x: 240, y: 93, width: 1440, height: 920, isMaximized: false })
  const small = { x: 0, y: 0, width: 1024, height: 600 }
  expect(placeWindow(undefined, [small])).toMatchObject({ x: 0, y: 0, width: 1024, height: 600 })
})

test('it opens where it was, on whichever screen that is', () => {
  expect(placeWindow(place({}), [main])).toEqual(place({}))
  expect(placeWindow(place({ x: -2000 }), [main, left])).toEqual(place({ x: -2000 }))
})

test('on a screen that is gone it comes to the middle of the main one, as large as it was', () => {
  expect(placeWindow(place({ x: -2000 }), [main])).toMatchObject({ x: 360, width: 1200, height: 800 })
  expect(placeWindow(place({ y: 5000 }), [main]).y).toBeLessThan(1080)
  expect(placeWindow(place({ y: -900 }), [main]).y).toBeGreaterThanOrEqual(25)
})

test('maximised stays maximised', () => {
  expect(placeWindow(place({ isMaximized: true }), [main]).isMaximized).toBe(true)
})

test('whatever was saved, its title bar can be reached on one of the screens', () => {
  const size = fc.integer({ min: 1, max: 20_000 })
  const at = fc.integer({ min: -20_000, max: 20_000 })
  fc.assert(
    fc.property(at, at, size, size, fc.boolean(), (x, y, width, height, isTwo) => {
      const screens: [Box, ...Box[]] = isTwo ? [main, left] : [main]
      const found = placeWindow({ x, y, width, height, isMaximized: false }, screens)
      const reached = screens.some(
        (area) =>
          Math.min(area.x + area.width, found.x + found.width) - Math.max(area.x, found.x) >= 100 &&
          found.y >= area.y &&
          found.y <= area.y + area.height - 24,
      )
      expect(reached).toBe(true)
    }),
  )
})
