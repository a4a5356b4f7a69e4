import { describe, expect, test } from 'vitest'
import { fitHelp } from '../../src/cli/terminal/help.js'

const help = `Usage: limbic do [options]

A sentence that goes on
over two lines of the source.

Examples:
  $ limbic do something --with one --and two --or three    what it does
  --option <value>  what it is, in more words than fit
`

describe('help', () => {
  test('fills its paragraphs to the width of the terminal', () => {
    expect(fitHelp(help, 30)).toContain('A sentence that goes on over\ntwo lines of the source.\n')
    expect(fitHelp(help, 200)).toContain('A sentence that goes on over two lines of the source.\n')
  })

  test('has no line that is too long, and commands that can be copied', () => {
    const fitted = fitHelp(help, 40)
    for (const line of fitted.split('\n')) expect(line.length).toBeLessThanOrEqual(40)
    expect(fitted).toContain(
      '  $ limbic do something --with one \\\n      --and two --or three\n      what it does',
    )
    expect(fitted).toContain('  --option <value>\n      what it is, in more words than fit')
  })

  test('keeps headings, blank lines and lines that fit', () => {
    expect(fitHelp(help, 200)).toBe(help.replace('goes on\nover', 'goes on over'))
  })
})
