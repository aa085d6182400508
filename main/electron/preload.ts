import { ipcRenderer } from 'electron'
import { hostHandshake } from '../../shared/contract/handshake.ts'

// All that a page gets of Electron: it may hand the host one port. Nothing is put into its world, and no channel can be named.
window.addEventListener('message', (event) => {
  const [port] = event.ports
  if (event.source !== window || event.origin !== location.origin || event.data !== hostHandshake || !port) return
  ipcRenderer.postMessage(hostHandshake, null, [port])
})
