/** The one batch of a reference file, as a training graph takes it. */
import { LimbicError } from '../base/errors.js'
import { type Modality, modalities } from '../base/modalities.js'
import type { StoredTensor } from '../formats/safetensors/index.js'
import type { Widths } from '../models/define/model.js'
import type { ReferenceReader } from '../models/published/references.js'
import type { Value } from '../runtime/session.js'
import type { Task } from '../task/task.js'

export interface ReferenceBatch {
  readonly reader: ReferenceReader
  /** The lengths of the samples of the inputs that are packed. */
  readonly packed?: Readonly<Partial<Record<Modality, readonly number[]>>>
  /** Whether the model's sequences share their lengths. */
  readonly aligned: boolean
  readonly task: Task
  /** A tensor of the file; throws where there is none. */
  tensor(name: string): StoredTensor
  /** The file, for messages. */
  readonly path: string
}

/**
 * The batch's sequences, lengths and target by the names of a graph's inputs, and the widths of
 * the sequences. Packed sequences, [sum of lengths, width], are padded with zeros to the longest.
 * Where neither the file nor the reader gives lengths, every step of every sample counts.
 *
 * @throws LimbicError if the file lacks an input, or packed steps are not as many as their lengths say
 */
export function referenceFeeds(batch: ReferenceBatch): {
  readonly feeds: ReadonlyMap<string, Value>
  readonly widths: Widths
} {
  const { reader, packed = {}, aligned, task, tensor } = batch
  const feeds = new Map<string, Value>([['target', targetOf(asValue(tensor('target')), task)]])
  const widths: Partial<Record<Modality, number>> = {}
  const { lengths: shared } = reader.inputs
  const common = shared === undefined ? undefined : asValue(tensor(`input.${shared}`))
  for (const modality of modalities) {
    const name = reader.inputs[modality]
    if (!name) continue
    const stored = asValue(tensor(`input.${name}`))
    const lengths = packed[modality]
    const sequence = lengths ? unpack(stored, lengths, `${batch.path}, input.${name}`) : stored
    const [samples = 0, steps = 0, width = 0] = sequence.shape
    feeds.set(modality, sequence)
    widths[modality] = width
    feeds.set(
      aligned ? 'lengths' : `${modality}_lengths`,
      common ?? int64(lengths ?? Array.from({ length: samples }, () => steps)),
    )
  }
  return { feeds, widths }
}

/** Some published code keeps a single number a sample as a column; here it is a vector. */
function targetOf(target: Value, { targetType }: Task): Value {
  const column =
    targetType.columns === undefined && target.shape.length === 2 && target.shape[1] === 1
  return column ? { ...target, shape: target.shape.slice(0, 1) } : target
}

function unpack({ data, shape }: Value, lengths: readonly number[], where: string): Value {
  const [rows = 0, width = 0] = shape
  const total = lengths.reduce((sum, length) => sum + length, 0)
  if (!(data instanceof Float32Array) || shape.length !== 2 || total !== rows) {
    throw new LimbicError('the packed steps do not match their lengths', {
      where,
      expected: `${total} float32 rows, for the lengths ${lengths.join(', ')}`,
      got: `[${shape.join(', ')}]`,
    })
  }
  const steps = Math.max(...lengths)
  const padded = new Float32Array(lengths.length * steps * width)
  let from = 0
  for (const [sample, length] of lengths.entries()) {
    padded.set(data.subarray(from, from + length * width), sample * steps * width)
    from += length * width
  }
  return { dataType: 'float32', shape: [lengths.length, steps, width], data: padded }
}

function int64(numbers: readonly number[]): Value {
  const data = BigInt64Array.from(numbers, (number) => BigInt(number))
  return { dataType: 'int64', shape: [numbers.length], data }
}

function asValue({ dtype, shape, data }: StoredTensor): Value {
  if (dtype === 'uint8') throw new LimbicError('uint8 tensors cannot be model inputs')
  return { dataType: dtype, shape, data }
}
