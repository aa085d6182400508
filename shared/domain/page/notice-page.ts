import { html, plainLine } from '../html.ts'
import { defaultHue } from './hue.ts'
import { creatorPath, type PageCreator, type PageSite } from './model.ts'
import { avatar, type Frame, frameOf, shell } from './shell.ts'
import { wordsFor } from './words.ts'

export type Notice = 'not-found' | 'gone' | 'method'

/** Pages that belong to nobody look like this server, in English. */
const nobody: Frame = { language: 'en', theme: 'paper', accentHue: defaultHue, handle: null, name: null }

/** What stands where no page is: unknown, taken down, or not for writing. In the creator's look where one is known. */
export function renderNoticePage(site: PageSite, notice: Notice, creator: PageCreator | null): string {
  const { words } = wordsFor(creator?.language ?? 'en')
  const [title, sentence] =
    notice === 'gone'
      ? [words.goneTitle, words.gone]
      : notice === 'method'
        ? [words.methodTitle, words.method]
        : [words.notFoundTitle, words.notFound]
  const name = creator ? plainLine(creator.name) || creator.handle : ''
  const home = creator ? creatorPath(creator.handle) : '/'
  const body = html`${
    creator &&
    html`<header class="masthead"><a href="${home}">${avatar(site, creator, 'small')}<span dir="auto">${name}</span></a></header>`
  }
<main id="text" class="notice">
<h1>${title}</h1>
<p>${sentence}</p>
<p><a class="button" href="${home}">${creator ? words.home(name) : words.toHome}</a></p>
</main>`
  return shell(site, creator ? frameOf(creator) : nobody, { title, description: '', path: null }, body)
}

/** The server's own front page: it says what this is to whoever looked at the bare address. */
export function renderLandingPage(site: PageSite, signUpOpen: boolean): string {
  const body = html`<main id="text" class="landing">
<p class="mark" aria-hidden="true"><img src="${site.icon}" width="48" height="48" alt=""></p>
<h1>A place to publish</h1>
<p class="standfirst">This is a Grover server. It keeps creators’ devices in step, publishes their posts at the second they promised, and serves the pages you read.</p>
<h2>If you follow someone here</h2>
<p>Their page is at this address followed by <code>/@</code> and their name. Every page has a feed, so you can follow in any reader, without an account.</p>
<h2>If you publish</h2>
<p>${
    signUpOpen
      ? 'Open Grover Studio on your computer and sign up with this server’s address.'
      : 'Open Grover Studio on your computer and sign in. New accounts are made by whoever runs this server.'
  }</p>
<p class="small"><a href="/docs">How programs talk to this server</a></p>
</main>`
  return shell(
    site,
    nobody,
    {
      title: 'Grover',
      description: 'A server for people who make a living from what they publish.',
      path: '/',
      meta: [
        ['og:type', 'website'],
        ['og:site_name', 'Grover'],
        ['twitter:card', 'summary'],
      ],
    },
    body,
  )
}
