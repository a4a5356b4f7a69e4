/** Fingerprints of training data, which distinguish it from other data of the same sizes. */
import { createHash, type Hash } from 'node:crypto'
import type { Dataset, Split, SplitName } from '../../data/dataset.js'
import { type Feature, type FeatureValues, typeOf, zeros } from '../../data/feature.js'
import type { DataFingerprint } from '../../learn/records.js'
import type { ConfiguredModel } from '../../models/define/model.js'
import type { Task } from '../../task/task.js'

/**
 * The most bytes of features that are read. From a larger corpus, evenly spaced samples are read;
 * ids, lengths and targets are always read in full.
 */
const budget = 2 ** 30

const known = new WeakMap<Dataset, Map<string, DataFingerprint>>()

/**
 * The digests of ids, targets and everything that a model reads, split by split.
 *
 * @param dataset raw, as it was opened; its fingerprint is computed once per process
 * @param most bytes of features to read
 */
export async function fingerprintOf(
  dataset: Dataset,
  model: Read,
  task: Task,
  most = budget,
): Promise<DataFingerprint> {
  const key = [...model.inputs.map(({ name }) => name), task.spec.kind, most].join()
  const before = known.get(dataset)?.get(key)
  if (before) return before
  const { train, valid, test } = dataset.splits
  const bytes = [train, valid, test].reduce((total, split) => total + bytesOf(split, model), 0)
  const every = Math.max(1, Math.ceil(bytes / most))
  const digests = (name: SplitName) => digestsOf(dataset.splits[name], model, task, every)
  const [one, two, three] = [await digests('train'), await digests('valid'), await digests('test')]
  const made = { ...(every > 1 && { every }), splits: { train: one, valid: two, test: three } }
  known.set(dataset, (known.get(dataset) ?? new Map<string, DataFingerprint>()).set(key, made))
  return made
}

/** The first thing in which two fingerprints differ: `text of the train split`; undefined if none. */
export function firstDifference(one: DataFingerprint, other: DataFingerprint): string | undefined {
  for (const [split, digests] of Object.entries(one.splits)) {
    const others: Readonly<Record<string, string>> = other.splits[split] ?? {}
    const part = Object.keys({ ...digests, ...others }).find((key) => digests[key] !== others[key])
    if (part !== undefined) return `${part} of the ${split} split`
  }
  return undefined
}

type Read = Pick<ConfiguredModel, 'inputs'>

function bytesOf({ features }: Split, { inputs }: Read): number {
  return inputs.reduce((total, { name, time }) => {
    const feature = time === undefined ? undefined : features[name]
    if (!feature) return total
    const each = feature.width * zeros(typeOf(feature), 0).BYTES_PER_ELEMENT
    return total + feature.lengths.reduce((sum, length) => sum + length * each, 0)
  }, 0)
}

async function digestsOf(
  { ids, targets, features }: Split,
  { inputs }: Read,
  task: Task,
  every: number,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {
    ids: digest((hash) => hash.update(JSON.stringify(ids))),
    targets: digest((hash) => hash.update(bytesIn(task.truths(targets)))),
  }
  for (const { name, time } of inputs) {
    const feature = features[name]
    if (feature) digests[name] = await digestOf(feature, time === undefined ? 1 : every)
  }
  return digests
}

async function digestOf(feature: Feature, every: number): Promise<string> {
  const { width, lengths, time } = feature
  const hash = createHash('sha256')
  if (time !== false) hash.update(bytesIn(lengths))
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const memory = zeros(typeOf(feature), longest * width)
  for (let sample = 0; sample < lengths.length; sample += every) {
    await feature.read(sample, memory, 0)
    hash.update(bytesIn(memory.subarray(0, (lengths[sample] ?? 0) * width)))
  }
  return brief(hash)
}

function digest(fill: (hash: Hash) => void): string {
  const hash = createHash('sha256')
  fill(hash)
  return brief(hash)
}

function bytesIn({ buffer, byteOffset, byteLength }: FeatureValues | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Half of a SHA-256 is enough to avoid chance collisions, and keeps the file readable. */
function brief(hash: Hash): string {
  return hash.digest('hex').slice(0, 32)
}
