type LinkSocket = Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'>

const firstPauseMs = 200
const longestPauseMs = 5000

/**
 * A WebSocket that comes back: the host may be restarted, the machine may sleep. It has the few members that oRPC's link uses.
 * While it is away it reads as connecting for `patienceMs`, so that a call waits a while before it fails.
 */
export function returningSocket(url: string, patienceMs = 10_000): { socket: LinkSocket; end(): void } {
  const events = new EventTarget()
  let current: WebSocket
  let pauseMs = firstPauseMs
  let awaySince = Date.now()
  let isEnded = false
  const isPatient = () => !isEnded && Date.now() - awaySince < patienceMs

  function connect(): void {
    let wasOpen = false
    current = new WebSocket(url)
    // Blobs would be read asynchronously and could overtake each other.
    current.binaryType = 'arraybuffer'
    current.addEventListener('open', () => {
      wasOpen = true
      pauseMs = firstPauseMs
      events.dispatchEvent(new Event('open'))
    })
    current.addEventListener('message', ({ data }) => events.dispatchEvent(new MessageEvent('message', { data })))
    current.addEventListener('close', () => {
      if (wasOpen) awaySince = Date.now()
      // A loss fails the calls under way; a failed attempt wakes those that wait only when patience is over.
      if (wasOpen || !isPatient()) events.dispatchEvent(new Event('close'))
      if (isEnded) return
      setTimeout(connect, pauseMs * (0.5 + Math.random() / 2))
      pauseMs = Math.min(longestPauseMs, pauseMs * 2)
    })
  }
  connect()

  return {
    socket: {
      get readyState() {
        if (current.readyState === WebSocket.OPEN) return WebSocket.OPEN
        return isPatient() ? WebSocket.CONNECTING : WebSocket.CLOSED
      },
      send: (data) => current.send(data),
      addEventListener: events.addEventListener.bind(events),
      removeEventListener: events.removeEventListener.bind(events),
    },
    end() {
      isEnded = true
      current.close()
    },
  }
}
