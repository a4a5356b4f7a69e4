import { describe, expect, test } from 'vitest'
import { fitHelp } from '../../../src/cli/terminal/help.js'
import { limbic } from '../../support/command-line.js'

const help = `Usage: limbic do [options]

A sentence that goes on
over two lines of the source.

Examples:
  $ limbic do something --with one --and two --or three    what it does
  --option <value>  what it is, in more words than fit
`

describe('help, as it is fitted to a terminal,', () => {
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

describe('limbic --help', () => {
  test('of every command has examples and costs nothing', async () => {
    const { stdout, status } = await limbic(['--help'])
    expect(status).toBe(0)
    const section = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Examples:'))
    const names = [...section.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name)
    expect(names).toEqual(
      expect.arrayContaining(['demo', 'train', 'eval', 'predict', 'compare', 'models', 'verify']),
    )
    const own = names.filter((name) => name !== 'help' && name !== 'data')
    const pages = await Promise.all(own.map((name) => limbic([name, '--help'])))
    for (const page of pages) {
      expect(page.stdout).toMatch(/Examples?:\n/)
      expect(page.status).toBe(0)
    }
  })

  test('of train knows a model’s settings with their defaults', async () => {
    const { stdout } = await limbic(['train', 'mmlatch', '--help'])
    expect(stdout).toMatch(/--hidden <count>[^-]*default:\s+100/)
    expect(stdout).toMatch(/--batch-size <count>[^-]*default:\s+32/)
  })
})
