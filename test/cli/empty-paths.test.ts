import { describe, expect, test } from 'vitest'
import { everythingIn, limbic, mistakeOf } from '../support/command-line.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const tiny = ['train', 'mmlatch', '--data', 'synthetic', '--hidden', '3', '--epochs', '1']

describe('a path that is empty, as an unset variable of the shell is', () => {
  test.each([
    [[...tiny, '--out', ''], '--out'],
    [['train', '--config', '', '--data', 'synthetic'], '--config'],
    [['train', '--resume', ''], '--resume'],
    [['eval', ''], '<run>'],
    [['predict', '', 'samples.jsonl'], '<model>'],
    [['compare', 'one', ''], '<runs>'],
    [['data', 'inspect', ''], '<path>'],
    [['data', 'synth', '--out', ''], '--out'],
    [['export', 'run', '--out', ''], '--out'],
    [['runs', ''], '<folder>'],
  ])('%j is refused', async (args, where) => {
    const line = mistakeOf(await limbic(args, { cwd: at() }))
    expect(line).toBe(`limbic: ${where}: is empty. Name a file or folder`)
    expect(everythingIn(at())).toEqual([])
  })
})

test('more threads than any machine has are refused before anything starts', async () => {
  const line = mistakeOf(await limbic([...tiny, '--threads', '100000000', '--out', at('never')]))
  expect(line).toMatch(/--threads: is invalid: expected at most 1024, got 100000000/)
})
