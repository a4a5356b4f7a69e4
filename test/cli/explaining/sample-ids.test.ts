/** Samples that a command names by their ids. */
import { expect, test } from 'vitest'
import { rowsOf } from '../../../src/cli/explaining/rows.js'

const ids = ['clip$_$1', 'clip$_$2', "it's"]

test('samples are found by their ids, each once', () => {
  expect(rowsOf(ids, ['clip$_$2', 'clip$_$1', 'clip$_$2'], 'split test')).toEqual([1, 0])
})

test('an id that a shell has changed is told with single quotes', () => {
  expect(() => rowsOf(ids, ['clip__'], 'split test')).toThrow(
    /split test: unknown sample "clip__".*single quotes.* Did you mean 'clip\$_\$1'\?$/,
  )
})

test('an id without a dollar sign says nothing of quotes', () => {
  expect(() => rowsOf(['clip 1'], ['clip 2'], 'split test')).toThrow(/Did you mean 'clip 1'\?$/)
})
