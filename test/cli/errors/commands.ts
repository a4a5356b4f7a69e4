import { expect } from 'vitest'
import { everythingIn, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

export const at = temporaryPaths()

/** The one line about a command that fails, which must leave every file and folder as it was. */
export async function mistake(...args: string[]): Promise<string> {
  const before = everythingIn(at())
  const line = mistakeOf(await limbic(args))
  expect(everythingIn(at())).toEqual(before)
  return line
}

export const train = (data: string, ...more: string[]) => [
  ...[
    'train',
    'mmlatch',
    '--data',
    data,
    '--hidden',
    '4',
    '--epochs',
    '1',
    '--threads',
    '1',
    '--quiet',
  ],
  ...more,
]

/** A corpus of 24, 8 and 8 samples, with widths as `--widths` takes them. */
export const synthesise = (name: string, widths: string) =>
  succeed(
    ...['data', 'synth', '--out', at(name), '--aligned', '--samples', '24,8,8'],
    ...['--widths', widths],
  )
