/** What tells the numbers that a run was trained on from any others of the same sizes. */
import { createHash, type Hash } from 'node:crypto'
import { type Dataset, perSplit, type SequenceSource, type Split } from '../../data/dataset.js'
import type { DataFingerprint } from '../../learn/records.js'
import type { ConfiguredModel } from '../../models/define/model.js'
import type { Task } from '../../task/task.js'

/**
 * The most bytes of features that are read. Of a corpus that holds more, samples at even distances
 * are read; ids, lengths and targets are read whole in any case.
 */
const budget = 2 ** 30

const known = new WeakMap<Dataset, Map<string, DataFingerprint>>()

/**
 * The digests of ids, targets and everything that a model reads, split by split.
 *
 * @param dataset raw, as it was opened; the runs of one process have it computed once
 * @param most bytes of features to read
 */
export function fingerprintOf(
  dataset: Dataset,
  model: Pick<ConfiguredModel, 'requires' | 'prosody'>,
  task: Task,
  most = budget,
): DataFingerprint {
  const key = [...model.requires, model.prosody, task.spec.kind, most].join()
  const before = known.get(dataset)?.get(key)
  if (before) return before
  const { train, valid, test } = dataset.splits
  const bytes = [train, valid, test].reduce((total, split) => total + bytesOf(split, model), 0)
  const every = Math.max(1, Math.ceil(bytes / most))
  const made = {
    ...(every > 1 && { every }),
    splits: perSplit((name) => digestsOf(dataset.splits[name], model, task, every)),
  }
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

type Read = Pick<ConfiguredModel, 'requires' | 'prosody'>

function bytesOf(split: Split, { requires }: Read): number {
  return requires.reduce((total, name) => {
    const source = split.sequences[name]
    return (
      total + (source?.lengths.reduce((sum, length) => sum + 4 * length * source.width, 0) ?? 0)
    )
  }, 0)
}

function digestsOf(
  split: Split,
  { requires, prosody }: Read,
  task: Task,
  every: number,
): Record<string, string> {
  const digests: Record<string, string> = {
    ids: digest((hash) => hash.update(JSON.stringify(split.ids))),
    targets: digest((hash) => hash.update(bytesIn(task.truths(split.targets)))),
  }
  for (const name of requires) {
    const source = split.sequences[name]
    if (source) digests[name] = digest((hash) => readInto(hash, source, every))
  }
  if (prosody && split.prosody) {
    const { values } = split.prosody
    digests.prosody = digest((hash) => hash.update(bytesIn(values)))
  }
  return digests
}

function readInto(hash: Hash, source: SequenceSource, every: number): void {
  const { width, lengths } = source
  hash.update(bytesIn(lengths))
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const memory = new Float32Array(longest * width)
  for (let sample = 0; sample < lengths.length; sample += every) {
    source.read(sample, memory, 0)
    hash.update(bytesIn(memory.subarray(0, (lengths[sample] ?? 0) * width)))
  }
}

/** Half of a SHA-256 is enough against chance, and keeps the file readable. */
function digest(fill: (hash: Hash) => void): string {
  const hash = createHash('sha256')
  fill(hash)
  return hash.digest('hex').slice(0, 32)
}

function bytesIn({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
