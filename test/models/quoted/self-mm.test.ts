import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { runConfig } from '../../../src/learn/config.js'
import { TrainingStep } from '../../../src/learn/step/step.js'
import { sampleFeed } from '../../../src/learn/step/training-set.js'
import { type ModelOutputs, selfMm } from '../../../src/models/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { singleLabel } from '../../../src/task/single-label.js'
import { meanOf, type PlainWeights, type Row, relu, sum } from '../../reference/models/plain.js'
import { temporaryFolder } from '../../support/folders.js'
import { learnByHeart, randomBatch } from '../../support/models/batches.js'
import { describeModel, smallModelOf } from '../../support/models/describe-model.js'
import { expectPlain, type PlainSample } from '../../support/models/plain-model.js'
import { smallRuns } from '../../support/small-run.js'

const widths = { text: 3, audio: 2, vision: 4 }
const lengths = { text: [3, 2], audio: [2, 4], vision: [1, 2] }
const small = {
  ...{ audioHidden: 2, visionHidden: 3, audioWidth: 2, visionWidth: 2 },
  ...{ fusionFeatures: 4, textFeatures: 3, audioFeatures: 2, visionFeatures: 2 },
}
const caseOf = (settings: object = {}, outputs = 1) => ({
  ...{ model: selfMm, widths, lengths, outputs },
  settings: { ...small, ...settings },
})

describeModel('Self-MM', caseOf())
describeModel(
  'Self-MM of BERT’s features and vision, two outputs',
  caseOf({ textReadout: 'first', modalities: ['text', 'vision'] }, 2),
)

const vectorOf = (weights: PlainWeights, sample: PlainSample, modality: string): Row => {
  if (modality === 'text') return meanOf(sample('text'), widths.text)
  const states = weights.lstm(`encoders.${modality}.rnn`, sample(modality))
  return weights.linear(`encoders.${modality}.linear_1`, states.at(-1) ?? [])
}

describe('Self-MM', () => {
  test('is its formula, sample by sample', () =>
    expectPlain(caseOf(), (weights, sample) => {
      const all = ['text', 'audio', 'vision'].flatMap((name) => vectorOf(weights, sample, name))
      const layer = (place: number, x: Row) => weights.linear(`heads.fusion.layer_${place}`, x)
      return layer(3, relu(layer(2, relu(layer(1, all)))))
    }))

  test('reads the last true step of the text where it is asked to', () =>
    expectPlain(caseOf({ textReadout: 'last', modalities: ['text'] }), (weights, sample) => {
      const layer = (place: number, x: Row) => weights.linear(`heads.fusion.layer_${place}`, x)
      return layer(3, relu(layer(2, relu(layer(1, sample('text').at(-1) ?? [])))))
    }))

  test('predicts with each modality alone, and remembers nothing where it only predicts', () => {
    const { outputs, parameters } = smallModelOf(caseOf())
    expect(Object.keys(outputs.heads ?? {})).toEqual(['text', 'audio', 'vision'])
    expect(outputs.objectives).toBeUndefined()
    expect(parameters.some(({ memory }) => memory)).toBe(false)
  })

  test('needs the samples that it learns', async () => {
    const opening = TrainingStep.open({
      ...{ model: selfMm.configure(small), widths, task: sentiment({ loss: 'l1' }) },
      ...{ engine: nodeEngine, optimiser: { weightDecay: 0 }, seed: 0 },
    })
    await expect(opening).rejects.toThrow(/self-mm.*each training sample/)
  })

  test.each([
    ['sentiment', sentiment({ loss: 'l1' }), {}],
    ['classes', singleLabel({ classNames: ['joy', 'grief', 'calm'] }), { dropout: 0.05 }],
  ] as const)('learns a batch by heart: %s', async (_, task, settings) => {
    const configured = selfMm.configure({ audioHidden: 6, visionHidden: 6, ...settings })
    const { still, learnt } = await learnByHeart(configured, widths, task)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0] === still[1]).toBe(!('dropout' in settings))
  })
})

const heads = ['fusion', 'text', 'audio', 'vision'] as const

/** The published training loop's memory, sample by sample. */
class PlainMemory {
  readonly labels: Record<string, number[]>
  readonly #features: Record<string, Row[]> = {}
  readonly #seen: number[]

  constructor(readonly truths: readonly number[]) {
    this.labels = Object.fromEntries(heads.map((head) => [head, [...truths]]))
    for (const head of heads) this.#features[head] = []
    this.#seen = truths.map(() => 0)
  }

  /** The loss of a modality before the step. */
  objective(head: string, batch: readonly number[], scores: readonly number[]): number {
    const terms = batch.map((sample, row) => {
      const label = this.labels[head]?.[sample] ?? NaN
      const weight = Math.tanh(Math.abs(label - (this.truths[sample] ?? NaN)))
      return weight * Math.abs((scores[row] ?? NaN) - label)
    })
    return sum(terms) / batch.length
  }

  step(batch: readonly number[], features: Readonly<Record<string, readonly Row[]>>): void {
    const closeness = (head: string, row: number) => {
      const distance = (isChosen: (label: number) => boolean) => {
        const labels = this.labels[head] ?? []
        const chosen = labels.flatMap((label, sample) =>
          isChosen(label) && (this.#seen[sample] ?? 0) > 0
            ? [this.#features[head]?.[sample] ?? []]
            : [],
        )
        const own = features[head]?.[row] ?? []
        const centre = meanOf(chosen, own.length)
        return Math.hypot(...own.map((value, i) => value - (centre[i] ?? NaN)))
      }
      const [positive, negative] = [distance((label) => label > 0), distance((label) => label < 0)]
      return (negative - positive) / (positive + 1e-8)
    }
    const moved = batch.map((sample, row) => {
      const time = (this.#seen[sample] ?? 0) + 1
      const truth = this.truths[sample] ?? NaN
      const fusion = closeness('fusion', row)
      return heads.map((head) => {
        const label = this.labels[head]?.[sample] ?? NaN
        if (time === 1 || head === 'fusion') return label
        const own = closeness(head, row)
        const wanted = (0.5 * truth * own) / (fusion + 1e-8) + 0.5 * (truth + own - fusion)
        const held = Math.min(Math.max(wanted, -3), 3)
        return ((time - 1) / (time + 1)) * label + (2 / (time + 1)) * held
      })
    })
    for (const [row, sample] of batch.entries()) {
      this.#seen[sample] = (this.#seen[sample] ?? 0) + 1
      for (const [place, head] of heads.entries()) {
        const [labels, stored] = [this.labels[head] ?? [], this.#features[head] ?? []]
        labels[sample] = moved[row]?.[place] ?? NaN
        stored[sample] = features[head]?.[row] ?? []
      }
    }
  }
}

/** Rows of a batch, taken out of the feeds of a whole set. */
function pick(feeds: ReadonlyMap<string, Value>, rows: readonly number[]): Map<string, Value> {
  const picked = [...feeds].map(([name, { dataType, shape, data }]) => {
    const size = data.length / (shape[0] ?? 1)
    const all = Array.from<number | bigint>(data)
    const values = rows.flatMap((row) => all.slice(row * size, (row + 1) * size))
    const memory =
      dataType === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values, Number)
    return [name, { dataType, shape: [rows.length, ...shape.slice(1)], data: memory }] as const
  })
  return new Map<string, Value>([...picked, ['sample', sampleFeed(rows)]])
}

describe('the labels of Self-MM', () => {
  test('move as in a plain loop over samples, epoch after epoch in batches', async () => {
    const task = sentiment({ loss: 'l1' })
    const truths = [1.5, -2, 0, 0.5, -1, 2.5, -0.2]
    const counts = [2, 1, 3, 2, 1, 2, 3]
    const feeds = randomBatch({
      ...{ widths, task, lengths: { text: counts, audio: counts.toReversed(), vision: counts } },
    })
    feeds.set('target', { dataType: 'float32', shape: [7], data: Float32Array.from(truths) })
    const inspect = ({ outputs }: { readonly outputs: ModelOutputs }) => ({
      ...outputs.maps,
      ...Object.fromEntries(
        [...Object.entries(outputs.heads ?? {}), ...Object.entries(outputs.objectives ?? {})].map(
          ([name, tensor]) => [`inspected ${name}`, tensor],
        ),
      ),
    })
    const training = await TrainingStep.open(
      {
        ...{ model: selfMm.configure({ ...small, fusionFeatures: 6 }), widths, task, seed: 4 },
        ...{ engine: nodeEngine, optimiser: { weightDecay: 0 } },
        trainingSet: { samples: 7, scores: Float32Array.from(truths) },
      },
      { inspect },
    )
    const plain = new PlainMemory(truths)
    const epochs = [
      [
        [0, 1, 2, 3],
        [4, 5, 6],
      ],
      [
        [6, 1, 3, 0],
        [2, 5, 4],
      ],
      [
        [2, 4, 0, 6],
        [5, 3, 1],
      ],
    ]
    for (const batch of epochs.flat()) {
      const { results } = await training.step(pick(feeds, batch), 0.01)
      const numbers = (name: string) => Array.from(results.get(name)?.data ?? [], Number)
      const rows = (name: string) => {
        const all = numbers(name)
        const width = all.length / batch.length
        return batch.map((_, row) => all.slice(row * width, (row + 1) * width))
      }
      for (const head of ['text', 'audio', 'vision']) {
        const expected = plain.objective(head, batch, numbers(`inspected ${head}`))
        expect(numbers(`inspected alone.${head}`)[0]).toBeCloseTo(expected, 5)
      }
      plain.step(batch, Object.fromEntries(heads.map((head) => [head, rows(`features.${head}`)])))
      for (const head of heads) {
        const labels = training.state.parameter(`memory.${head}.labels`)
        for (const [sample, label] of (plain.labels[head] ?? []).entries()) {
          expect(labels[sample], `${head}, sample ${sample}`).toBeCloseTo(label, 3)
        }
      }
    }
    await training.close()
    expect(plain.labels.text).not.toEqual(truths)
    expect(plain.labels.fusion).toEqual(truths)
  })

  test('are kept by checkpoints, and are no part of the model', async () => {
    const folder = temporaryFolder()
    const runs = smallRuns(
      folder,
      runConfig.parse({
        ...{ model: 'self-mm', settings: { ...small, fusionFeatures: 8 }, threads: 1, seed: 5 },
        data: { path: 'synthetic' },
        training: { epochs: 4, batchSize: 8, learningRate: 5e-3 },
      }),
    )
    await runs.complete('one')
    await runs.stoppedAt('stopped', { epoch: 3, batch: 2 })
    await runs.complete('stopped')
    expect(runs.bytes('stopped').equals(runs.bytes('one'))).toBe(true)
    const { tensors } = readSafetensors(`${folder}/one/weights.safetensors`)
    expect([...tensors.keys()].filter((name) => name.startsWith('memory.'))).toEqual([])
  })
})
