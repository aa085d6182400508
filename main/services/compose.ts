import { existsSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import type { HostInfo } from '../../shared/contract/host.ts'
import { createArchive } from './archive.ts'
import { createBlobs } from './blobs.ts'
import { createEncryption } from './encryption.ts'
import { externalAddress } from './external.ts'
import { createFetchBlob } from './fetch-blob.ts'
import type { Log } from './log.ts'
import { createImportRoute } from './media/import-route.ts'
import { createMedia } from './media/index.ts'
import { createRescue } from './rescue.ts'
import { createSession } from './session.ts'
import { createSignIn } from './sign-in.ts'
import { createThumbs } from './thumbs.ts'
import { createFindSource } from './upload-source.ts'
import { createUploads } from './uploads.ts'
import { createVault } from './vault.ts'
import type { KeyKeeper } from './vault-key.ts'
import { createFeed } from './watch.ts'

/** What a host brings: everything that differs between Electron and the browser host. */
export type HostParts = {
  kind: HostInfo['kind']
  version: string
  /** The studio's own folder: vault, pictures, queue, mirror. */
  folder: string
  /** What came with the installed app. */
  resources?: string
  /** Origin of the companion server; asked at each use, because a local one may come up later than its host. */
  serverUrl: () => string
  keeper: KeyKeeper
  can: { nativeMenu: boolean; tray: boolean }
  /** Opens a checked address in the person's browser. */
  openAddress: (url: string) => Promise<void>
  log: Log
}

export type Services = ReturnType<typeof createServices>

/** Wires the host-independent services, top to bottom. */
export function createServices(parts: HostParts) {
  const { kind, version, folder, resources, serverUrl, keeper, can, openAddress, log } = parts
  const vault = createVault({ folder, keeper, log })
  const session = createSession({ vault })
  const blobs = createBlobs({ folder: join(folder, 'blobs'), fetchBlob: createFetchBlob({ session, serverUrl }) })
  const thumbs = createThumbs({ folder: join(folder, 'thumbs'), blobs, log })
  const findSource = createFindSource(join(folder, 'blobs'))
  const media = createMedia({ folder, blobs, log, ...(resources === undefined ? {} : { resources }) })
  const uploads = createUploads({ folder, findSource, session, serverUrl, log })
  const encryption = createEncryption({ vault })
  const rescue = createRescue({ folder: join(folder, 'rescue'), encryption, log })
  const archive = createArchive({ folder: () => downloadsOr(join(folder, 'exports')), blobs })
  const openExternal = async (url: string) => openAddress(externalAddress(url, serverUrl()))
  const signIn = createSignIn({ serverUrl, openBrowser: openExternal, deviceName: deviceName() })
  const commands = createFeed<{ command: string }>()

  const info = async (): Promise<HostInfo> => {
    const signedIn = await session.get()
    return {
      kind,
      version,
      platform: process.platform,
      serverUrl: serverUrl(),
      blobBase: '/blobs/',
      thumbBase: '/thumbs/',
      encryption: signedIn ? await encryption.state(signedIn) : { is: 'off', hasPassphrase: false },
      can: { ...can, secrets: await vault.kind() },
    }
  }

  return {
    info,
    session,
    signIn,
    blobs,
    thumbs,
    media,
    imports: createImportRoute(media.takeIn),
    uploads,
    encryption,
    rescue,
    archive,
    commands,
    openExternal,
    stop: async () => {
      await Promise.all([uploads.stop(), media.stop()])
    },
  }
}

/** What the list of devices calls this one. */
const deviceName = () => {
  const system = { darwin: 'Mac', win32: 'Windows', linux: 'Linux' }[process.platform as string] ?? process.platform
  return `${hostname()} (${system})`.slice(0, 100)
}

/** Where this person looks for files that a program hands them. */
const downloadsOr = (otherwise: string): string =>
  [process.env.XDG_DOWNLOAD_DIR, join(homedir(), 'Downloads')].find((folder) => folder && existsSync(folder)) ??
  otherwise
