/** Help that fits the terminal. */
import { wrap } from '../../base/text/wrap.js'

/** Prose of longer lines is hard to read, however wide the terminal. */
const longestLine = 98

/**
 * Help as it fits lines of `width` characters: paragraphs are filled anew, commands that are too
 * long go on behind a backslash, and what is said of an option that leaves no room beside it stands
 * below it.
 */
export function fitHelp(text: string, width: number): string {
  const fitted: string[] = []
  let paragraph: string[] = []
  const finish = () => {
    if (paragraph.length > 0) {
      fitted.push(...wrap(paragraph.join(' '), Math.min(longestLine, width)))
    }
    paragraph = []
  }
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) {
      paragraph.push(line.trimEnd())
      // A heading, or what leads to the lines below.
      if (line.endsWith(':')) finish()
    } else {
      finish()
      fitted.push(...(line.length > width ? fitIndented(line, width) : [line]))
    }
  }
  finish()
  return fitted.join('\n')
}

/** A command, an option or a line of an example that is longer than a line. */
function fitIndented(line: string, width: number): string[] {
  const [, indent = '', head = '', tail = ''] = /^( *)(.*?)(?: {2,}(.*))?$/.exec(line) ?? []
  const deeper = `${indent}    `
  const room = width - deeper.length
  const under = (words: string, end: string) =>
    wrap(words, room - end.length).map((part, at, all) => {
      const start = at === 0 ? indent : deeper
      return start + part + (at < all.length - 1 ? end : '')
    })
  return [
    ...under(head, head.startsWith('$ ') ? ' \\' : ''),
    ...(tail === '' ? [] : wrap(tail, room).map((part) => deeper + part)),
  ]
}
