import { useEffect, useRef, useState } from 'react'

type Look = 'light' | 'dark'

/**
 * A page in a frame that may run nothing: no scripts, no forms, and its links lead nowhere. It is of the studio's own
 * origin so that pictures of this device load; without scripts nothing in it can make use of that.
 */
export function PageFrame({
  title,
  html,
  look,
  onMediaFailure,
}: {
  title: string
  html: string
  look: Look
  /** A film or recording could not be had at this address. */
  onMediaFailure(address: string): void
}) {
  const frame = useRef<HTMLIFrameElement>(null)
  const [dressed, setDressed] = useState('')
  useEffect(() => {
    if (frame.current) dress(frame.current, look)
  }, [look])
  return (
    <iframe
      ref={frame}
      className="posts-preview-frame"
      title={title}
      sandbox="allow-same-origin"
      srcDoc={html}
      // Not seen before it has the colours that were asked for.
      data-dressed={dressed === html || undefined}
      onLoad={(event) => {
        dress(event.currentTarget, look)
        quietLinks(event.currentTarget)
        hearFailures(event.currentTarget, onMediaFailure)
        setDressed(html)
      }}
    />
  )
}

/**
 * Light or dark as asked for, whatever this device prefers: a frame cannot be told by its surroundings, so the rules for
 * the dark are switched on or off in its style sheet.
 */
function dress(frame: HTMLIFrameElement, look: Look): void {
  const page = frame.contentDocument
  // A frame that has just come has no page in it yet: it is dressed when it has loaded.
  if (!page?.documentElement) return
  page.documentElement.style.colorScheme = look
  for (const sheet of page.styleSheets) {
    for (const rule of sheet.cssRules) {
      // Of the frame's own window, so that `instanceof` of ours does not know it.
      const media = 'media' in rule ? (rule as CSSMediaRule).media : null
      if (!media) continue
      const known = darkRules.has(rule) || /prefers-color-scheme:\s*dark/.test(media.mediaText)
      if (!known) continue
      darkRules.add(rule)
      media.mediaText = look === 'dark' ? 'all' : 'not all'
    }
  }
}
const darkRules = new WeakSet<CSSRule>()

/** A link in a preview would replace the preview: it does nothing, except inside the page itself. */
function quietLinks(frame: HTMLIFrameElement): void {
  frame.contentDocument?.addEventListener('click', (event) => {
    const target = event.target as Partial<Element> | null
    const link = target?.closest?.('a')
    if (link && !link.getAttribute('href')?.startsWith('#')) event.preventDefault()
  })
}

/** Tells of each address at which a player failed, also of those that failed before anybody could listen. */
function hearFailures(frame: HTMLIFrameElement, onFailure: (address: string) => void): void {
  const page = frame.contentDocument
  const tell = (address: string | undefined): void => {
    if (address) onFailure(address)
  }
  for (const player of page?.querySelectorAll<HTMLMediaElement>('video, audio') ?? [])
    if (player.error || player.networkState === HTMLMediaElement.NETWORK_NO_SOURCE)
      for (const source of player.querySelectorAll('source')) tell(source.src)
  // Of a `<source>` when it cannot be had, of the player when it ends in the middle; neither rises.
  const hear = ({ target }: Event): void => {
    const { localName, src, currentSrc } = target as Partial<HTMLMediaElement>
    tell(localName === 'source' ? src : currentSrc)
  }
  page?.addEventListener('error', hear, true)
}
