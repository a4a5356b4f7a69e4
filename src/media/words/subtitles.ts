/** Subtitles: SubRip (.srt) and WebVTT (.vtt). */
import type { TimedText } from './timed-text.js'

const time = String.raw`(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?`
const times = new RegExp(String.raw`^\s*${time}\s*-->\s*${time}(?:\s|$)`)
/** Lines that look like times but are not. */
const arrow = /-->/

/** The cues of subtitles; times that cannot be read are NaN. */
export function cuesOf(content: string): TimedText[] {
  const cues: { start: number; end: number; lines: string[] }[] = []
  let open: string[] | undefined
  for (const line of content.split('\n')) {
    if (arrow.test(line)) {
      // The number or name of a cue is before its times.
      const found = times.exec(line)
      open = []
      cues.push({ start: seconds(found, 1), end: seconds(found, 5), lines: open })
    } else if (line.trim() === '') open = undefined
    else open?.push(line)
  }
  return cues.map(({ start, end, lines }) => ({ start, end, text: lines.join(' ') }))
}

/** Hours, minutes, seconds and fraction, from a position of a match on. */
function seconds(found: RegExpExecArray | null, from: number): number {
  if (!found) return Number.NaN
  const [hours = 0, minutes = 0, whole = 0] = found
    .slice(from, from + 3)
    .map((part) => Number(part ?? 0))
  const fraction = Number(`0.${found[from + 3] ?? 0}`)
  return 3600 * hours + 60 * minutes + whole + fraction
}

const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', lrm: '', rlm: '' },
}

/**
 * The words of a line, without markup, speakers' names in capitals before a colon, leading dashes,
 * music, and sounds in brackets.
 */
export function spokenText(text: string): string {
  return text
    .replace(/<[^>]*>|\{\\[^}]*\}/g, ' ')
    .replace(
      /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,5}));/gi,
      (whole, decimal, hexadecimal, name) => {
        if (name !== undefined) return entities[name.toLowerCase()] ?? whole
        const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16)
        return code > 31 && code <= 0x10ffff ? String.fromCodePoint(code) : ' '
      },
    )
    .replace(/\[[^\]]*\]|[♪♫#]/g, ' ')
    .replace(/^\s*[-–—]\s*/, '')
    .replace(/^\s*\p{Lu}[\p{Lu}\d .'-]+:\s/u, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
