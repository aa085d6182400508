import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { type AfterPackContext, Arch } from 'electron-builder'

const root = resolve(import.meta.dirname, '..')
const license = join(root, 'main/electron/assets/GPL-3.0.txt')
const names = ['ffmpeg', 'ffprobe'] as const

type Program = { path: string; about: string }

/** From the npm package that carries it; null where npm installed none for this platform. */
function fromPackage(name: (typeof names)[number], file: string, platform: string): Program | null {
  try {
    const own = createRequire(import.meta.url).resolve(`@${name}-installer/${platform}/package.json`)
    const { homepage, ...about } = JSON.parse(readFileSync(own, 'utf8')) as Record<string, string>
    const path = join(dirname(own), file)
    return existsSync(path) ? { path, about: `${name} ${about[name] ?? about.version}, built by ${homepage}` } : null
  } catch {
    return null
  }
}

/**
 * Puts an ffmpeg and an ffprobe into the packed app, with their licence: those in `folder`, which need no libraries of their
 * own, with the texts about their licence there; or those that npm brought. The app runs them as programs of their own, so their licence (GPL) is theirs alone. Errors: there is
 * none for the platform that is packed.
 */
export const carryFfmpeg =
  (folder?: string) =>
  async ({ packager, appOutDir, arch, electronPlatformName }: AfterPackContext): Promise<void> => {
    const platform = `${electronPlatformName}-${Arch[arch]}`
    const target = join(packager.getResourcesDir(appOutDir), 'ffmpeg')
    mkdirSync(target, { recursive: true })
    const notes: string[] = []
    for (const name of names) {
      const file = electronPlatformName === 'win32' ? `${name}.exe` : name
      const given = folder && { path: join(folder, file), about: `${name}, as its own -version tells` }
      const program = given || fromPackage(name, file, platform)
      if (!program || !existsSync(program.path))
        throw new Error(
          folder
            ? `There is no ${file} in ${folder}.`
            : `npm brought no ${name} for ${platform}. Name a folder that has one: npm run build -- --pack --ffmpeg FOLDER`,
        )
      copyFileSync(program.path, join(target, file))
      // One of the packages lets nobody run it.
      chmodSync(join(target, file), 0o755)
      notes.push(`- ${program.about}`)
    }
    if (folder)
      for (const text of readdirSync(folder).filter((one) => /^(licen[cs]e|copying|notice)/i.test(one)))
        copyFileSync(join(folder, text), join(target, text))
    copyFileSync(license, join(target, 'GPL-3.0.txt'))
    writeFileSync(join(target, 'README.txt'), notice(notes))
  }

const notice = (
  programs: readonly string[],
): string => `These programs come from the FFmpeg project (https://ffmpeg.org). Grover Studio runs them and is no part of them.

${programs.join('\n')}

They are free software under the GNU General Public License, version 3 (GPL-3.0.txt). Their source: https://ffmpeg.org/download.html
and the address of who built them; each names its version and how it was configured with -version. In Grover Studio's settings
you can choose others in their place.
`
