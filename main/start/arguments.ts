import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export type StartOptions = {
  demo: boolean
  data: string | undefined
  port: number | undefined
  host: 'electron' | 'browser' | undefined
  open: boolean
  help: boolean
}

export const help = `Starts Grover Studio: the companion server on this machine and the studio.

  npm start [-- options]

  --data DIR               where everything is kept (default: the operating system's place for it)
  --port N                 port of the companion server (default 4310; 0: any free one)
  --host electron|browser  which host the studio runs in (default: the best there is)
  --no-open                print the addresses, open nothing
  --demo                   fill a new data folder with a sample creator and posts
  --help                   this text

With GROVER_SERVER_URL set, the studio uses that server and none is started here. Ctrl-C stops everything.`

/** A command line that cannot be followed, with the sentence to say. */
export class ArgumentError extends Error {}

/** Reads the command line. Errors: ArgumentError. */
export function readArguments(args: string[]): StartOptions {
  const { values } = parse(args)
  const { host, port } = values
  if (host !== undefined && host !== 'electron' && host !== 'browser')
    throw new ArgumentError(`--host is «${host}», but must be electron or browser.`)
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65535))
    throw new ArgumentError(`--port is «${port}», but must be a whole number from 0 to 65535.`)
  if (values.data === '') throw new ArgumentError('--data names no folder.')
  return {
    demo: values.demo ?? false,
    data: values.data === undefined ? undefined : resolve(values.data),
    port: port === undefined ? undefined : Number(port),
    host,
    open: !values['no-open'],
    help: values.help ?? false,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        demo: { type: 'boolean' },
        data: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error
    const [sentence = message] = message.split(/\. |\n/)
    throw new ArgumentError(`${sentence.replace(/'([^']*)'/g, '«$1»')}. «npm start -- --help» lists what there is.`)
  }
}
