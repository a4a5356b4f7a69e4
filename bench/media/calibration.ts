/**
 * How sure the face model is, and how often it is right, on pictures of faces in folders with a manifest.csv: the
 * temperature of the least cross entropy on the first folder, chosen on nine tenths of its people and measured on the
 * others, ten times; and what that of all its people does on the other folders.
 *
 *     node dist-bench/bench/media/calibration.js FOLDER [OTHER...]
 */
import { emotionOf } from '../../src/base/emotions.js'
import { openRawCorpus } from '../../src/data/corpora/raw/index.js'
import { readBundledWeights } from '../../src/disk/assets.js'
import { openImages } from '../../src/media/decode/node/index.js'
import { openExpressionModel } from '../../src/media/face/index.js'
import { softened } from '../../src/recognise/soften.js'
import { nodeEngine } from '../../src/runtime/node.js'

/** What the model says of a face, and what it is. */
interface Judged {
  readonly probabilities: readonly number[]
  readonly truth: number
  readonly person: string
}

const bins = 15
const folds = 10
const temperatures = Array.from({ length: 400 }, (_, step) => 0.5 + step / 100)

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

async function judge(folder: string): Promise<Judged[]> {
  const model = await openExpressionModel(nodeEngine, readBundledWeights('expression'))
  const labels = model.labels.map(emotionOf)
  const judged: Judged[] = []
  for (const { className = '', speaker = '', media } of (await openRawCorpus(folder)).clips) {
    const truth = labels.indexOf(emotionOf(className))
    if (truth < 0) continue
    const source = await openImages(media.frames ?? [])
    for await (const picture of source.readFrames({ frames: { every: 1 } })) {
      const [shares = []] = await model.probabilities([{ picture }])
      judged.push({ probabilities: [...shares], truth, person: speaker })
    }
    await source.close()
  }
  await model.close()
  return judged
}

const softer = (faces: readonly Judged[], temperature: number): Judged[] =>
  faces.map((face) => ({ ...face, probabilities: softened(face.probabilities, temperature) }))

const crossEntropy = (faces: readonly Judged[]): number =>
  mean(faces.map(({ probabilities, truth }) => -Math.log(probabilities[truth] ?? 0)))

function bestTemperature(faces: readonly Judged[]): number {
  const costs = temperatures.map((temperature) => crossEntropy(softer(faces, temperature)))
  return temperatures[costs.indexOf(Math.min(...costs))] ?? 1
}

/** Accuracy, mean probability of the answers, and the mean gap between the two over bins of probability. */
function describe(faces: readonly Judged[]): string {
  const answers = faces.map(({ probabilities, truth }) => {
    const sure = Math.max(...probabilities)
    return { sure, right: probabilities.indexOf(sure) === truth ? 1 : 0 }
  })
  const gaps = Array.from({ length: bins }, (_, bin) => {
    const inside = answers.filter(({ sure }) => Math.min(Math.floor(sure * bins), bins - 1) === bin)
    if (inside.length === 0) return 0
    const gap = mean(inside.map(({ sure }) => sure)) - mean(inside.map(({ right }) => right))
    return (Math.abs(gap) * inside.length) / faces.length
  })
  const figures = {
    accuracy: mean(answers.map(({ right }) => right)),
    probability: mean(answers.map(({ sure }) => sure)),
    error: gaps.reduce((sum, gap) => sum + gap, 0),
    'cross entropy': crossEntropy(faces),
  }
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(3)}`)
    .join(', ')
}

/** Every face at the temperature that is the best on the people of the other folds. */
function heldOut(faces: readonly Judged[]): Judged[] {
  const people = [...new Set(faces.map(({ person }) => person))].sort()
  return Array.from({ length: folds }, (_, fold) => {
    const isOut = ({ person }: Judged) => people.indexOf(person) % folds === fold
    const temperature = bestTemperature(faces.filter((face) => !isOut(face)))
    console.log(`  fold ${fold}: temperature ${temperature.toFixed(2)}`)
    return softer(faces.filter(isOut), temperature)
  }).flat()
}

const [first = '.', ...others] = process.argv.slice(2)
const faces = await judge(first)
console.log(`${first}: ${faces.length} faces; ${describe(faces)}`)
console.log(`  held out by person: ${describe(heldOut(faces))}`)
const temperature = bestTemperature(faces)
console.log(`  all: temperature ${temperature.toFixed(2)}; ${describe(softer(faces, temperature))}`)
for (const folder of others) {
  const given = await judge(folder)
  console.log(`${folder}: ${given.length} faces; ${describe(given)}`)
  console.log(`  temperature ${temperature.toFixed(2)}: ${describe(softer(given, temperature))}`)
}
