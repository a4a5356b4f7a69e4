/** Escapes untrusted text for GitHub's Markdown. */
import { oneLine } from './clean.js'

/** A text on one line, with every character that is special in Markdown or HTML escaped. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .trim()
    .replace(/[\\`*_[\]<>|&~$]/g, '\\$&')
}
