import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import { reportFailure } from '../../../src/cli/terminal/failure.js'
import { succeed } from '../../support/command-line.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

function report(error: unknown): { code: number; text: string } {
  let text = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  return { code: reportFailure(error), text }
}

test('a mistake is one line and ends with 2', () => {
  const error = new LimbicError('no\n such thing', { where: 'here', hint: 'Look there' })
  expect(report(error)).toEqual({ code: 2, text: 'limbic: here: no such thing. Look there\n' })
})

test('a bug is excused in one line and ends with 1', () => {
  const { code, text } = report(new TypeError('x is not\na function'))
  expect(code).toBe(1)
  expect(text).toMatch(
    /^limbic: sorry, this is a bug .*: x is not a function .*LIMBIC_TRACE=1.*\n$/,
  )
})

test('LIMBIC_TRACE shows where', () => {
  vi.stubEnv('LIMBIC_TRACE', '1')
  const { text } = report(new TypeError('oh', { cause: new Error('the reason') }))
  expect(text).toMatch(/failure\.test\.ts:\d+/)
  expect(text).toContain('caused by Error: the reason')
})

test('--version tells that of the package', async () => {
  const path = resolve(import.meta.dirname, '../../../package.json')
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  expect(await succeed('--version')).toBe(`${version}\n`)
})

test('the command line writes to its streams in few places, which make text harmless', () => {
  const room = resolve(import.meta.dirname, '../../../src/cli')
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' })
  const direct = files
    .filter((name) => name.endsWith('.ts'))
    .filter((name) =>
      /std(out|err)\.write\(|console\./.test(readFileSync(resolve(room, name), 'utf8')),
    )
  const harmless = [
    // Through the functions of base/text, or fixed words alone.
    ...['run.ts', 'terminal/interrupt.ts', 'terminal/progress.ts', 'terminal/terminal.ts'],
    // Lines of JSON.
    ...['commands/predict.ts', 'predicting/lines.ts'],
  ]
  expect(direct.filter((name) => !harmless.includes(name))).toEqual([])
})
