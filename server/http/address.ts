import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

const near = new BlockList()
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  near.addSubnet(network, prefix)
for (const [network, prefix] of [
  ['::1', 128],
  ['fe80::', 10],
  ['fc00::', 7],
] as const)
  near.addSubnet(network, prefix, 'ipv6')

/** Whether a proxy of our own may have this address: this machine, its link, and private networks. */
export const isNear = (address: string): boolean => {
  const family = isIP(address)
  return family !== 0 && near.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/**
 * Who asks: behind proxies the nearest address that is not one of ours, as a caller can write any first entry it likes.
 * The same as Fastify's `request.ip`, for what does not come through Fastify.
 */
export function addressOf({ socket, headers }: IncomingMessage, trustProxy: boolean): string {
  const hops = [socket.remoteAddress ?? '']
  if (trustProxy)
    hops.push(
      ...String(headers['x-forwarded-for'] ?? '')
        .split(/ *, */)
        .filter(Boolean)
        .reverse(),
    )
  return (hops.find((hop) => !isNear(hop)) ?? hops.at(-1)) as string
}
