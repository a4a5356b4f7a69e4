import { Command } from 'commander'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { addFlags, flagsOf, readFlags } from '../../../src/cli/flags/flags.js'
import {
  describeRun,
  describeValidation,
  nameTraining,
} from '../../../src/cli/terminal/progress.js'
import { runConfig } from '../../../src/learn/config.js'
import { models } from '../../../src/models/index.js'
import { limbic } from '../../support/command-line.js'

const schema = z.strictObject({
  shares: z.tuple([z.number(), z.number()]).default([0.8, 0.2]).describe('how much goes where'),
  rates: z
    .strictObject({ early: z.number().optional(), late: z.number().optional() })
    .default({})
    .describe('of single stages'),
  warm: z.boolean().default(true).describe('begin warm'),
  group: z.strictObject({ inner: z.string() }).optional(),
})
const flags = flagsOf(schema)

function read(...args: string[]): unknown {
  const command = new Command().exitOverride()
  addFlags(command, flags, 'All:')
  return readFlags(flags, command.parse(args, { from: 'user' }).opts())
}

test('a list of fixed length, and numbers by name, are one flag each', () => {
  expect(read('--shares', '0.5, 0.5')).toEqual({ shares: [0.5, 0.5] })
  expect(read('--rates', 'late=1e-3,early=2')).toEqual({ rates: { early: 2, late: 0.001 } })
  expect(read('--no-warm')).toEqual({ warm: false })
  expect(read()).toEqual({})
})

test('what does not fit names the flag', () => {
  expect(() => read('--shares', '0.5')).toThrow(/--shares/)
  expect(() => read('--rates', 'lat=1')).toThrow(/--rates: unknown key "lat".*"late"/)
  expect(() => read('--rates', 'late=soon')).toThrow(/--rates, late: .*number.*"soon"/)
})

test('the help shows defaults, and no flag for a group', () => {
  const command = new Command()
  addFlags(command, flags, 'All:')
  const help = command.helpInformation()
  expect(help).toContain('--shares <number,number>')
  expect(help).toContain('(default: 0.8,0.2)')
  expect(help).toContain('--rates <early|late=value,...>')
  expect(help).toContain('turn off: begin warm')
  expect(help).not.toContain('--group')
})

test('a training is named by its stage, and by what it is on', () => {
  const about = {
    parameters: 1,
    batches: 1,
    epochs: 1,
    resumedFrom: 0,
    refit: false,
    share: { from: 0, to: 1 },
  }
  expect(nameTraining('seed 0', about)).toBe('seed 0')
  const staged = { ...about, stage: 'dcca', turn: { number: 4, count: 5 } }
  expect(nameTraining('seed 0', staged)).toBe('seed 0, stage 4/5 dcca')
  expect(nameTraining('seed 0', { ...staged, refit: true })).toBe(
    'seed 0, on training and validation data, stage 4/5 dcca',
  )
})

test('the end of a run says which training its epochs are of', () => {
  const config = (refit: boolean) =>
    runConfig.parse({ data: { path: 'synthetic' }, training: { refit } })
  const results = {
    ...{ bestEpoch: 1, epochs: 1, seconds: 2, parameters: 3, valid: {}, test: {} },
    stopped: 'epochs' as const,
  }
  expect(describeRun(results, config(false))).toBe('best epoch 1 of 1, 2.0 s')
  const stages = [{ name: 'first', bestEpoch: 2, epochs: 3, seconds: 1 }]
  expect(describeRun({ ...results, stages }, config(true))).toBe(
    '1 epoch on training and validation data, the best number found before, in the last of 2 stages, 2.0 s',
  )
})

test('an epoch is told by what the best one is chosen by', () => {
  const record = { validLoss: 1.5, metrics: { accuracy: 0.25 }, best: true }
  expect(describeValidation(record, 'loss')).toBe('validation loss 1.5000 (best)')
  expect(describeValidation({ ...record, best: false }, 'accuracy')).toBe(
    'validation loss 1.5000, accuracy 0.2500',
  )
})

const choosing = models.filter(({ settings }) => 'modalities' in settings.shape)

test.each(choosing.map((model) => [model.name, model] as const))(
  '%s refuses a modality that is named twice',
  (_, model) => {
    expect(() => model.configure({ modalities: ['text', 'text'] })).toThrow(
      /modalities: is invalid: expected (each modality once|two different modalities)/,
    )
  },
)

test.each(models.map(({ name }) => [name]))(
  'the settings of %s are flags beside those of limbic train',
  async (name) => {
    const { status, stdout } = await limbic(['train', name, '--help'])
    expect([status, stdout.length > 1000]).toEqual([0, true])
  },
)
