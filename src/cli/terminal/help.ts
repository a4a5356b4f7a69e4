/** Wraps help to the terminal's width. */
import { wrap } from '../../base/text/wrap.js'

/** Longer lines are hard to read, however wide the terminal. */
const longestLine = 98

/**
 * Wraps help to `width` characters: paragraphs are refilled, commands that are too long continue
 * after a backslash, and a description that does not fit beside its option goes below it.
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
      // A heading, or a line that introduces those below.
      if (line.endsWith(':')) finish()
    } else {
      finish()
      fitted.push(...(line.length > width ? fitIndented(line, width) : [line]))
    }
  }
  finish()
  return fitted.join('\n')
}

/** Wraps a command, an option or an example that is too long for one line. */
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
