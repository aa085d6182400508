import { html } from '../../shared/domain/html.ts'
import { page } from './html.ts'

/** `cancel`: the address that tells the studio the person gave up. */
type Shown = { cancel: string; problem?: string }

const problemLine = (problem: string | undefined) =>
  problem === undefined ? null : html`<p class="problem" role="alert">${problem}</p>`

export const passwordPage = ({ cancel, problem, email = '' }: Shown & { email?: string }): string =>
  page(
    problem ? 'Problem: sign in' : 'Sign in',
    html`<h1>Sign in to Grover Studio</h1><p>Afterwards you return to the studio on this computer.</p>${problemLine(problem)}
<form method="post" action="/studio/sign-in">
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required value="${email}">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128">
<button>Sign in</button></form><p class="also"><a href="${cancel}">Cancel and return to the studio</a></p>`,
  )

export const secondFactorPage = ({ cancel, problem }: Shown): string =>
  page(
    problem ? 'Problem: second step' : 'Second step',
    html`<h1>One more step</h1><p>Enter the code that your authenticator shows, or one of your backup codes.</p>${problemLine(problem)}
<form method="post" action="/studio/second-factor">
<label for="code">Code</label><input id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="off" spellcheck="false" required maxlength="40">
<button>Continue</button></form><p class="also"><a href="${cancel}">Cancel and return to the studio</a></p>`,
  )

export const endedPage = (): string =>
  page(
    'Sign-in ended',
    html`<h1>This sign-in has ended</h1><p>It took too long, or was finished already. Start again in the studio.</p>`,
  )

export const problemPage = (): string =>
  page(
    'Not signed in',
    html`<h1>You are not signed in</h1><p>The provider’s answer could not be used: it came too late, or to another browser. Start again where you came from.</p>`,
  )

export const resetPage = ({ token, problem }: { token: string; problem?: string }): string =>
  page(
    problem ? 'Problem: new password' : 'New password',
    html`<h1>Choose a new password</h1><p>At least 10 characters; a few words together are good. All your devices will have to sign in again.</p>${problemLine(problem)}
<form method="post" action="/account/reset"><input type="hidden" name="token" value="${token}">
<label for="password">New password</label><input id="password" name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="128">
<button>Save password</button></form>`,
  )

export const confirmPage = ({ token, problem }: { token: string; problem?: string }): string =>
  page(
    problem ? 'Problem: confirm address' : 'Confirm address',
    html`<h1>Confirm your address</h1>${problem ? problemLine(problem) : html`<p>Press the button to finish signing up.</p>`}
<form method="post" action="/account/confirm"><input type="hidden" name="token" value="${token}"><button>Confirm address</button></form>`,
  )

export const donePage = (title: string, text: string): string =>
  page(title, html`<h1>${title}</h1><p role="status">${text}</p>`)
