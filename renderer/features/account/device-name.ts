import type { HostInfo } from '../../app/host-context.tsx'

const systems: Record<string, string> = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' }

/** How this device is called in the list of devices. */
export const deviceName = ({ kind, platform }: Pick<HostInfo, 'kind' | 'platform'>): string =>
  `Grover Studio on ${systems[platform] ?? platform}${kind === 'browser' ? ' (browser)' : ''}`
