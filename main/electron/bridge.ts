import { RPCHandler } from '@orpc/server/message-port'
import type { IpcMain } from 'electron'
import { hostHandshake } from '../../shared/contract/handshake.ts'
import type { HostRouter } from '../router.ts'
import { isStudio } from './origin.ts'

/** Takes the port that a page hands over and answers the contract on it: only for the main frame of the studio's own page. */
export function answerPages(ipcMain: IpcMain, router: HostRouter): void {
  const handler = new RPCHandler(router)
  ipcMain.on(hostHandshake, (event) => {
    const [port, ...more] = event.ports
    const { senderFrame } = event
    if (!port) return
    if (more.length > 0 || !senderFrame || senderFrame !== event.sender.mainFrame || !isStudio(senderFrame.url)) {
      for (const refused of event.ports) refused.close()
      return
    }
    handler.upgrade(port, { context: {} })
    port.start()
  })
}
