/**
 * How much the starter voice model learns from takes of one person, as the studio's Teach teaches it: the
 * speakers of a store of voices, each alone. Of each emotion the first clips are the takes; the others
 * are answered before and after, and have no part in learning.
 *
 *     limbic data extract ravdess --recipe compact --modalities audio --out voices.store
 *     npm run bench:studio-teach -- voices.store
 */
import { readFileSync } from 'node:fs'
import { emotionOf } from '../../src/base/emotions.js'
import { splitNames } from '../../src/data/dataset.js'
import { openDataset } from '../../src/data/index.js'
import { bundledFile, bundledWeights } from '../../src/disk/assets.js'
import { classificationMetrics } from '../../src/metrics/index.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { samplesIn } from '../../src/studio/worker/teach/layers.js'
import type { Take } from '../../src/studio/worker/teach/take.js'
import { TeachableModel } from '../../src/studio/worker/teach/teachable.js'
import { splitOf } from '../../src/use/samples.js'
import { memoryKeeper } from '../../test/support/models/memory-keeper.js'

/** Takes of each emotion. */
const amounts = [2, 3]

const [, , store = ''] = process.argv
const file = new Uint8Array(readFileSync(bundledFile(bundledWeights.voice, 'missing')))
const model = await TeachableModel.open(nodeEngine, file, 'the starter voice model')
const names = model.model.task.outputs.map(emotionOf)

/** The clips of each speaker, as takes, in the order of their ids. */
async function readSpeakers(): Promise<Map<string, Take[]>> {
  const dataset = await openDataset(store)
  const emotions = (dataset.classNames ?? []).map((name) => names.indexOf(emotionOf(name)))
  const found: { id: string; speaker: string; take: Take }[] = []
  for (const split of splitNames) {
    const { ids, speakers = [], features, targets } = dataset.splits[split]
    const { audio } = features
    if (!audio) throw new Error('the store has no audio')
    for (const [at, id] of ids.entries()) {
      const label = emotions[targets.classes?.[at] ?? -1] ?? -1
      const steps = audio.lengths[at] ?? 0
      const values = new Float32Array(steps * audio.width)
      await audio.read(at, values, 0)
      const take = { label, rows: [], features: new Map([['audio', { values, steps }]]) }
      if (label >= 0) found.push({ id, speaker: speakers[at] ?? '', take })
    }
  }
  dataset.close()
  found.sort((one, other) => (one.id < other.id ? -1 : 1))
  const bySpeaker = new Map<string, Take[]>()
  for (const { speaker, take } of found) {
    bySpeaker.set(speaker, [...(bySpeaker.get(speaker) ?? []), take])
  }
  return bySpeaker
}

/** The likeliest of the emotions that occur. */
async function answers(takes: readonly Take[], shown: readonly number[]): Promise<number[]> {
  const outputs = await model.model.predictSplit(splitOf(samplesIn(takes), model.model.inputs))
  return takes.map((_, at) => {
    const row = outputs.subarray(at * names.length, (at + 1) * names.length)
    return shown.reduce((best, one) => ((row[one] ?? 0) > (row[best] ?? 0) ? one : best))
  })
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const speakers = await readSpeakers()
const shown = [...new Set([...speakers.values()].flat().map(({ label }) => label))]
console.log(`${speakers.size} speakers, ${shown.map((at) => names[at]).join(', ')}`)
for (const amount of amounts) {
  for (const last of [1, 'all'] as const) {
    const all = { truth: [] as number[], before: [] as number[], after: [] as number[] }
    const epochs: number[] = []
    for (const clips of speakers.values()) {
      const place = (take: Take, at: number) =>
        clips.slice(0, at).filter(({ label }) => label === take.label).length
      const takes = clips.filter((take, at) => place(take, at) < amount)
      const others = clips.filter((take) => !takes.includes(take))
      all.truth.push(...others.map(({ label }) => label))
      all.before.push(...(await answers(others, shown)))
      const keepers = new Map<string, ReturnType<typeof memoryKeeper>>()
      const taught = await model.learn(
        last,
        takes,
        (label) => label,
        async (training) => {
          const keeper = keepers.get(training) ?? memoryKeeper()
          keepers.set(training, keeper)
          return keeper
        },
      )
      epochs.push(taught.epochs)
      await model.use(taught.weights, taught.base)
      all.after.push(...(await answers(others, shown)))
      await model.use(undefined)
    }
    const recall = (found: readonly number[]) => {
      const { classMeanAccuracy, accuracy } = classificationMetrics(
        Int32Array.from(found, (at) => shown.indexOf(at)),
        Int32Array.from(all.truth, (at) => shown.indexOf(at)),
        shown.length,
      )
      return `accuracy ${percent(accuracy)}, UAR ${percent(classMeanAccuracy)}`
    }
    console.log(
      `${amount} takes of each, ${last === 1 ? 'last layer' : 'all layers'}: ${recall(all.before)} before, ` +
        `${recall(all.after)} after; ${all.truth.length} clips, epochs ${epochs.join(' ')}`,
    )
  }
}
await model.close()
