import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { Graph, gradients } from '../../src/graph/index.js'
import { findModel, mmlatch } from '../../src/models/index.js'
import { fromPublished, toPublished } from '../../src/models/published/convert.js'
import { Scope } from '../../src/nn/index.js'
import { passes, verifyReference } from '../../src/verify/verify.js'
import { sharedPath } from '../support/folders.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { text: 4, audio: 3, vision: 2 }
const still = { dropout: 0, fusionDropout: 0, feedbackDropout: 0, maskDropout: 0 }
const caseOf = (settings: object) => ({
  model: mmlatch,
  widths,
  outputs: 1,
  settings: { hidden: 3, ...still, ...settings },
})

const variants: readonly (readonly [string, object, boolean?])[] = [
  ['baseline, last state', { feedback: 'none' }],
  [
    'feedback by LSTM, gradients through stage I',
    { feedback: 'lstm', stageOneGradients: true, readout: 'attention' },
  ],
  [
    'feedback by linear layers, gradients through stage I',
    { feedback: 'linear', stageOneGradients: true },
  ],
  ['baseline as published', { feedback: 'none', readout: 'attention', padding: 'seen' }, false],
  ['three layers', { feedback: 'none', layers: 3, hidden: 2 }],
  ['GRU', { feedback: 'lstm', recurrent: 'gru', stageOneGradients: true }],
  ['one modality, last step', { modalities: ['audio'] }],
  ['one modality, summed', { modalities: ['text'], readout: 'attention' }],
]

for (const [name, settings, padded = true] of variants) {
  describeModel(`MMLatch, ${name}`, caseOf(settings), { padded })
}

describe('MMLatch', () => {
  test('stops gradients at the end of stage I unless told otherwise', async () => {
    const models = [true, false].map((stageOneGradients) =>
      smallModelOf(caseOf({ feedback: 'lstm', stageOneGradients })),
    )
    const norms = await Promise.all(
      models.map(async ({ loss, parameters, feeds }) => {
        const chosen = parameters.filter(({ name }) => name.startsWith('encoders.text'))
        const found = gradients(
          loss,
          chosen.map(({ tensor }) => tensor),
        )
        const results = await runSmall(Object.fromEntries(found.entries()), feeds)
        return [...results.values()].map(({ data }) => Math.hypot(...Array.from(data, Number)))
      }),
    )
    expect(norms[0]).not.toHaveLength(0)
    // Both reach the encoders by stage II; only one of them by stage I as well.
    for (const [index, norm] of (norms[0] ?? []).entries()) {
      expect(norm).toBeGreaterThan(0)
      expect(norms[1]?.[index]).toBeGreaterThan(0)
      expect(Math.abs((norms[1]?.[index] ?? 0) - norm)).toBeGreaterThan(1e-6 * norm)
    }
  })

  test('gives a mask of each modality', () => {
    const { maps } = smallModelOf(caseOf({ feedback: 'lstm' })).outputs
    expect(
      Object.keys(maps)
        .filter((name) => name.startsWith('mask.'))
        .sort(),
    ).toEqual(['mask.audio', 'mask.text', 'mask.vision'])
  })

  test('has as many parameters as the published code, at the widths of the document', () => {
    const count = (settings: object) => {
      const scope = new Scope(new Graph())
      mmlatch.configure(settings).build(scope, { text: 300, audio: 74, vision: 35 }, 1)
      return [...scope.graph.parameters.values()].reduce(
        (total, { shape }) => total + shape.reduce((a, b) => a * b, 1),
        0,
      )
    }
    expect(count({ readout: 'attention' })).toBe(2_741_153)
    expect(count({ readout: 'attention', feedback: 'none' })).toBe(1_633_801)
  })

  test('refuses two modalities, unknown settings and missing features, each in one sentence', () => {
    const scope = () => new Scope(new Graph())
    expect(() =>
      mmlatch.configure({ modalities: ['text', 'audio'] }).build(scope(), widths, 1),
    ).toThrow(/expected all three, or one for its encoder alone, got text and audio/)
    expect(() => mmlatch.configure({ hiden: 3 })).toThrow(
      /unknown key "hiden".*Did you mean "hidden"/,
    )
    expect(() => mmlatch.configure({}).build(scope(), { text: 3 }, 1)).toThrow(
      /no features for audio/,
    )
    expect(() => findModel('mmlach')).toThrow(/Did you mean "mmlatch"/)
  })
})

describe('published names', () => {
  test('the two layouts of gates undo each other', () => {
    const values = Float32Array.from({ length: 12 }, (_, index) => index)
    for (const gates of ['lstm', 'gru'] as const) {
      const there = fromPublished(values, { name: '', gates })
      expect(there).not.toEqual(values)
      expect(toPublished(there, { name: '', gates })).toEqual(values)
    }
    expect(
      Array.from(fromPublished(Float32Array.of(0, 1, 2, 3), { name: '', gates: 'lstm' })),
    ).toEqual([0, 3, 1, 2])
  })

  const reference = sharedPath('golden', 'mmlatch-feedback.safetensors')
  test.skipIf(!reference)('are those of the reference file, one to one (needs ../shared)', () => {
    const { tensors } = readSafetensors(reference ?? '')
    const theirs = [...tensors.keys()].filter((name) => name.startsWith('param.')).sort()
    const scope = new Scope(new Graph())
    const settings = { hidden: 10, readout: 'attention' }
    mmlatch.configure(settings).build(scope, { text: 30, audio: 12, vision: 7 }, 1)
    const ours = [...scope.graph.parameters.keys()].map(
      (name) => `param.${mmlatch.published(name).name}`,
    )
    expect(ours.sort()).toEqual(theirs)
  })
})

describe('the numbers of the authors’ code', () => {
  const files = ['baseline', 'feedback', 'feedback-static'].map((kind) => [
    kind,
    sharedPath('golden', `mmlatch-${kind}.safetensors`),
  ])
  test.skipIf(files.some(([, path]) => !path)).each(files)(
    '%s: output, loss, gradients and ten steps of Adam (needs ../shared)',
    async (_, path) => {
      const comparisons = await verifyReference(path ?? '')
      expect(comparisons.map(({ what }) => what)).toContain('trajectory')
      expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
    },
  )
})
