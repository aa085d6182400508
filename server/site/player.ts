/** What a page tells its player, in `data-player` of its script: the reader's words, and where hls.js is. */
export type PlayerData = { hls: string; speed: string; quality: string; automatic: string }

/**
 * Makes more of the films and recordings of a page, which play without it: speed, quality and keys. Where the browser
 * does not play a ladder itself, hls.js takes over when the reader presses play, and where that fails the whole film
 * goes on. It runs in the reader's browser from its own text, so it uses nothing from around it.
 */
export function player(): void {
  const data = JSON.parse(document.querySelector<HTMLElement>('script[data-player]')!.dataset.player!) as PlayerData
  const ladderType = 'application/vnd.apple.mpegurl'
  const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2]

  for (const medium of document.querySelectorAll<HTMLMediaElement>('.post video, .post audio')) {
    const bar = document.createElement('div')
    bar.className = 'player-bar'
    const speed = choice(
      data.speed,
      speeds.map((each) => [String(each), `${each}×`]),
      (value) => {
        medium.playbackRate = Number(value)
      },
    )
    speed.select.value = '1'
    medium.addEventListener('ratechange', () => {
      speed.select.value = String(medium.playbackRate)
    })
    bar.append(speed.label)
    medium.after(bar)
    medium.addEventListener('keydown', (event) => onKey(medium, event as KeyboardEvent))
    const ladder = [...medium.querySelectorAll('source')].find(({ type }) => type === ladderType)
    if (ladder && medium.canPlayType(ladderType) === '')
      medium.addEventListener('play', () => void climb(medium, ladder.src, bar), { once: true })
  }

  /** Hands the film to hls.js, from where it is. */
  async function climb(medium: HTMLMediaElement, address: string, bar: HTMLElement): Promise<void> {
    const { default: Hls } = (await import(data.hls)) as typeof import('hls.js')
    if (!Hls.isSupported()) return
    const hls = new Hls({ enableWorker: false, startPosition: medium.currentTime, capLevelToPlayerSize: true })
    const events = Hls.Events
    let quality: HTMLElement | undefined
    hls.on(events.MANIFEST_PARSED, () => {
      void medium.play()
      if (hls.levels.length < 2) return
      const rungs = hls.levels.map(({ width, height }, i): [string, string] => [
        String(i),
        `${Math.min(width, height)}p`,
      ])
      const made = choice(data.quality, [['-1', data.automatic], ...rungs.reverse()], (value) => {
        hls.nextLevel = Number(value)
      })
      quality = made.label
      bar.append(quality)
    })
    hls.on(events.ERROR, (_event, { fatal }) => {
      if (!fatal) return
      const at = medium.currentTime
      hls.destroy()
      quality?.remove()
      medium.load()
      medium.addEventListener(
        'loadedmetadata',
        () => {
          medium.currentTime = at
          void medium.play()
        },
        { once: true },
      )
    })
    hls.loadSource(address)
    hls.attachMedia(medium)
  }

  function choice(name: string, options: readonly (readonly [string, string])[], onChange: (value: string) => void) {
    const label = document.createElement('label')
    const select = document.createElement('select')
    for (const [value, text] of options) select.add(new Option(text, value))
    select.addEventListener('change', () => onChange(select.value))
    label.append(`${name} `, select)
    return { label, select }
  }

  /** Beside the browser's own: J and L ten seconds, K play, M sound, F whole screen, C captions, < and > speed. */
  function onKey(medium: HTMLMediaElement, event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const faster = (step: number) => {
      const at = speeds.indexOf(medium.playbackRate)
      medium.playbackRate = speeds[Math.max(0, Math.min(speeds.length - 1, (at < 0 ? 2 : at) + step))]!
    }
    const keys: Record<string, () => void> = {
      j: () => {
        medium.currentTime -= 10
      },
      l: () => {
        medium.currentTime += 10
      },
      k: () => void (medium.paused ? medium.play() : medium.pause()),
      m: () => {
        medium.muted = !medium.muted
      },
      f: () => void (document.fullscreenElement ? document.exitFullscreen() : medium.requestFullscreen()),
      c: () => {
        const tracks = [...medium.textTracks].filter(({ kind }) => kind === 'captions' || kind === 'subtitles')
        const isOn = tracks.some(({ mode }) => mode === 'showing')
        for (const [i, track] of tracks.entries()) track.mode = !isOn && i === 0 ? 'showing' : 'disabled'
      },
      '<': () => faster(-1),
      '>': () => faster(1),
    }
    const act = keys[event.key.toLowerCase()]
    if (!act) return
    event.preventDefault()
    act()
  }
}

/** The script as it is served. */
export const playerScript = `(${player.toString()})()`
