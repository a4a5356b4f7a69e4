import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { nearest, validate } from '../../src/base/schema.js'

const schema = z.strictObject({
  model: z.string(),
  kind: z.enum(['lstm', 'gru']).default('lstm'),
  training: z
    .strictObject({ epochs: z.int().positive(), rate: z.number().max(1).optional() })
    .prefault({ epochs: 1 }),
})
const check = (value: unknown) => () => validate(schema, value, 'run.yaml')

describe('what comes from outside', () => {
  test('is given back with its defaults', () => {
    expect(check({ model: 'a' })()).toEqual({ model: 'a', kind: 'lstm', training: { epochs: 1 } })
  })

  test.each([
    [{}, 'run.yaml, model: is missing: expected a string'],
    [{ model: 3 }, 'run.yaml, model: is invalid: expected a string, got 3'],
    [
      { model: 'a', kind: 'lstn' },
      'run.yaml, kind: is invalid: expected "lstm" or "gru", got "lstn". Did you mean "lstm"?',
    ],
    [
      { model: 'a', training: { epochs: 1.5 } },
      'run.yaml, training.epochs: is invalid: expected a whole number, got 1.5',
    ],
    [
      { model: 'a', training: { epochs: 0 } },
      'run.yaml, training.epochs: is invalid: expected more than 0, got 0',
    ],
    [
      { model: 'a', training: { epochs: 1, rate: 2 } },
      'run.yaml, training.rate: is invalid: expected at most 1, got 2',
    ],
    [{ model: 'a', knd: 'gru' }, 'run.yaml: unknown key "knd". Did you mean "kind"?'],
    [{ model: 'a', epochs: 3 }, 'run.yaml: unknown key "epochs". Did you mean "training.epochs"?'],
    [
      { model: 'a', training: { epocs: 3, epochs: 1 } },
      'run.yaml: unknown key "training.epocs". Did you mean "epochs"?',
    ],
  ])('%j is refused in one sentence', (value, message) => {
    expect(check(value)).toThrow(message)
  })

  test('a name far from all others has no nearest', () => {
    expect(nearest('mmlach', ['mmlatch', 'mult'])).toBe('mmlatch')
    expect(nearest('banana', ['mmlatch', 'mult'])).toBeUndefined()
  })
})
