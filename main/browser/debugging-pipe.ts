import type { Readable, Writable } from 'node:stream'

export type Pipe = { write: Writable; read: Readable }

type Message = {
  method?: string
  result?: { sessionId?: string }
  params?: { targetInfo?: { targetId: string; type: string; url: string } }
}

/**
 * Sends every page of the browser that stands at `from` on to `to()`, once. Speaks the DevTools protocol over the pipe: JSON, each
 * message ended by a zero byte (https://chromedevtools.github.io/devtools-protocol/tot/Target/).
 */
export function sendPagesOn({ write, read }: Pipe, from: string, to: () => string): void {
  let lastId = 0
  const say = (message: { method: string; params: object; sessionId?: string }) => {
    if (write.writable) write.write(`${JSON.stringify({ id: ++lastId, ...message })}\0`)
  }
  const met = new Set<string>()
  const hear = ({ method, result, params }: Message) => {
    const target = params?.targetInfo
    if (result?.sessionId !== undefined)
      say({ method: 'Page.navigate', params: { url: to() }, sessionId: result.sessionId })
    else if (method === 'Target.targetCreated' || method === 'Target.targetInfoChanged') {
      if (target?.type !== 'page' || target.url !== from || met.has(target.targetId)) return
      met.add(target.targetId)
      say({ method: 'Target.attachToTarget', params: { targetId: target.targetId, flatten: true } })
    }
  }
  let rest = ''
  read.setEncoding('utf8')
  read.on('data', (part: string) => {
    const messages = (rest + part).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) hear(JSON.parse(message) as Message)
  })
  say({ method: 'Target.setDiscoverTargets', params: { discover: true } })
}
