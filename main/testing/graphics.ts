import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needed } from '../services/media/tools.ts'

/** Ways in which an encoder in hardware can fail, each a line of shell: before it is run, or instead of one of its options. */
const troubles = {
  none: '',
  refuses: '*) echo "Cannot load libcuda.so.1" >&2; exit 1 ;;',
  // As one does that waits for its driver: it heeds no request to end.
  hangs: `*) trap '' TERM; exec sleep 600 ;;`,
  'refuses every film': '*testsrc2*) ;; *) echo "OpenEncodeSessionEx failed: out of memory (10)" >&2; exit 1 ;;',
}
const swaps = {
  'loses pictures': '-frames:v 43',
  'sets key frames where it likes': '-force_key_frames 1',
  'makes what browsers do not play': '-profile:v high444 -pix_fmt yuv444p',
  'makes other pictures': '-vf format=yuv420p,negate',
}
export type Trouble = keyof typeof troubles | keyof typeof swaps

/**
 * A machine whose graphics hardware encodes, as its ffmpeg shows it: it names that encoder, and the `real` one makes with
 * libx264 what is asked of it.
 */
export function graphicsMachine(machine: { folder: string; real: string; trouble?: Trouble; encoder?: string }) {
  const { folder, real, trouble = 'none', encoder = 'h264_nvenc' } = machine
  const path = join(folder, 'ffmpeg')
  const heard = join(folder, 'heard')
  const swap = trouble in swaps ? swaps[trouble as keyof typeof swaps] : ''
  const lines = [
    '#!/bin/sh',
    // Asked what it is, it need not be run: the real one has all that recipes use, as `requireFfmpeg` sees to.
    'case "$*" in',
    "  -version) echo 'ffmpeg version 9 Copyright'; exit ;;",
    `  '-hide_banner -encoders') echo '${[encoder, ...needed].map((name) => ` V....D ${name}  made up`).join('\n')}'; exit ;;`,
    "  '-hide_banner -filters'|'-hide_banner -muxers') exit ;;",
    'esac',
    `case "$*" in *${encoder}*) ;; *) exec '${real}' "$@" ;; esac`,
    `echo "$*" >> '${heard}'`,
    `case "$*" in ${troubles[trouble as keyof typeof troubles] ?? ''} esac`,
    'left=$#',
    'while [ $left -gt 0 ]; do one=$1; shift; left=$((left - 1))',
    '  case $one in',
    `    ${encoder}) set -- "$@" libx264 -preset superfast ;;`,
    '    -rc|-forced-idr|-vaapi_device) shift; left=$((left - 1)) ;;',
    ...(swap ? [`    ${swap.split(' ')[0]}) shift; left=$((left - 1)); set -- "$@" ${swap} ;;`] : []),
    '    *,hwupload*)',
    `      while :; do case $one in *,hwupload*) one="\${one%%,hwupload*}\${one#*,hwupload}" ;; *) break ;; esac; done`,
    '      set -- "$@" "$one" ;;',
    '    *) set -- "$@" "$one" ;;',
    '  esac',
    'done',
    `exec '${real}' "$@"`,
  ]
  writeFileSync(path, lines.join('\n'), { mode: 0o755 })
  return {
    path,
    /** What it was asked to encode, a command a line, but for the self-test. */
    encoded: () =>
      (existsSync(heard) ? readFileSync(heard, 'utf8').split('\n') : []).filter(
        (line) => line && !line.includes('testsrc2'),
      ),
  }
}
