export type Box = { x: number; y: number; width: number; height: number }
export type WindowPlace = Box & { isMaximized: boolean }

const usual = { width: 1440, height: 920 }
export const smallest = { width: 480, height: 480 }
/** As much of the title bar must be on a screen for a hand to reach it. */
const reachable = { width: 120, height: 24 }

/**
 * Where to open the window: where it was, if a screen still shows its title bar, never larger than that screen; otherwise in
 * the middle of the first one. `screens` are the work areas of the displays there are now, the main one first.
 */
export function placeWindow(saved: WindowPlace | undefined, screens: [Box, ...Box[]]): WindowPlace {
  const isMaximized = saved?.isMaximized ?? false
  for (const area of saved ? screens : []) {
    const { x, y } = saved as WindowPlace
    const window = { x, y: Math.max(y, area.y), ...fitted(saved as WindowPlace, area) }
    if (shows(area, window) && y >= area.y - reachable.height) return { ...window, isMaximized }
  }
  const [area] = screens
  const { width, height } = fitted(saved ?? usual, area)
  return {
    x: area.x + Math.round((area.width - width) / 2),
    y: area.y + Math.round((area.height - height) / 2),
    width,
    height,
    isMaximized,
  }
}

/** The wanted size, as far as this screen has it and the studio can be used in it. */
function fitted(wanted: { width: number; height: number }, area: Box) {
  const within = (size: number, least: number, room: number) => Math.max(Math.min(size, room), Math.min(least, room))
  return {
    width: within(wanted.width, smallest.width, area.width),
    height: within(wanted.height, smallest.height, area.height),
  }
}

function shows(area: Box, window: Box): boolean {
  const across = Math.min(area.x + area.width, window.x + window.width) - Math.max(area.x, window.x)
  return across >= reachable.width && window.y <= area.y + area.height - reachable.height
}
