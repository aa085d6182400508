import type { HostInfo } from '../../app/host-context.tsx'

const systems: Record<string, string> = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' }

/** This device in a word or two. */
export const systemName = ({ kind, platform }: Pick<HostInfo, 'kind' | 'platform'>): string =>
  `${systems[platform] ?? platform}${kind === 'browser' ? ' (browser)' : ''}`

/** How this device is called in the list of devices. */
export const deviceName = (info: Parameters<typeof systemName>[0]): string => `Grover Studio on ${systemName(info)}`
