/** The one batch of a reference file, as inputs of a training graph. */
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { type InputSpec, lengthsName, type Widths } from '../models/define/inputs.js'
import type { ReferenceFormat } from '../models/published/reference-format.js'
import type { Value } from '../runtime/session.js'
import type { Task } from '../task/task.js'
import { asValue, type ReferenceFile } from './reference-file.js'

export interface ReferenceBatch {
  readonly format: Pick<ReferenceFormat, 'inputs'>
  /** The inputs of the model. */
  readonly specs: readonly InputSpec[]
  /** See `ReferenceMeaning`. */
  readonly packed?: Readonly<Record<string, readonly number[] | string>>
  readonly task: Task
  readonly file: Pick<ReferenceFile, 'tensor' | 'path'>
}

/**
 * The batch's features, lengths and target by the names of a graph's inputs, and the widths of the
 * features. Packed sequences, [sum of lengths, ...step], are padded with zeros to the longest.
 * Where neither the file nor the format gives lengths, every step is valid; an input that the file
 * stores without time, [batch, ...step], becomes a sequence of one step.
 *
 * @throws LimbicError if the file lacks an input, or the number of packed steps does not match the
 * lengths
 */
export function referenceFeeds(batch: ReferenceBatch): {
  readonly feeds: ReadonlyMap<string, Value>
  readonly widths: Widths
} {
  const { format, specs, packed = {}, task, file } = batch
  const feeds = new Map<string, Value>([['target', targetOf(asValue(file.tensor('target')), task)]])
  const widths: Record<string, number> = {}
  const input = (name: string) => asValue(file.tensor(`input.${name}`))
  for (const spec of specs) {
    const { name, dataType, time } = spec
    const theirs = format.inputs[name]
    if (theirs === undefined) continue
    const stored = asType(input(theirs), dataType)
    const own = packed[name]
    const counts = typeof own === 'string' ? Array.from(input(own).data, Number) : own
    const value = counts
      ? unpack(stored, counts, `${file.path}, input.${theirs}`)
      : withTime(stored, spec)
    feeds.set(name, value)
    widths[name] = product(value.shape.slice(time === undefined ? 1 : 2))
    if (time === undefined || feeds.has(lengthsName(time))) continue
    const known = format.inputs[lengthsName(time)] ?? format.inputs.lengths
    const [samples = 0, steps = 0] = value.shape
    const lengths = counts ?? Array.from({ length: samples }, () => steps)
    feeds.set(lengthsName(time), known === undefined ? int64(lengths) : input(known))
  }
  return { feeds, widths }
}

/** Some published code stores one number per sample as a column; here it is a vector. */
function targetOf(target: Value, { targetType }: Task): Value {
  const column =
    targetType.columns === undefined && target.shape.length === 2 && target.shape[1] === 1
  return column ? { ...target, shape: target.shape.slice(0, 1) } : target
}

/** Adds a time axis of one step where the model reads a sequence and the file has no time. */
function withTime(value: Value, { shape, time }: InputSpec): Value {
  const rank = 1 + (shape?.length ?? 1)
  if (time === undefined || value.shape.length !== rank) return value
  return { ...value, shape: [...value.shape.slice(0, 1), 1, ...value.shape.slice(1)] }
}

function asType(value: Value, dataType: InputSpec['dataType']): Value {
  if (value.dataType === dataType) return value
  const { shape, data } = value
  const numbers = Array.from<bigint | number>(data).map(Number)
  switch (dataType) {
    case 'float32':
      return { dataType, shape, data: Float32Array.from(numbers) }
    case 'int64':
      return { dataType, shape, data: BigInt64Array.from(numbers, (number) => BigInt(number)) }
    case 'uint8':
      return {
        dataType,
        shape,
        data: Uint8Array.from(z.array(z.int().min(0).max(255)).parse(numbers)),
      }
  }
}

function unpack(value: Value, lengths: readonly number[], where: string): Value {
  const { data, shape } = value
  const [rows = 0, ...step] = shape
  const total = lengths.reduce((sum, length) => sum + length, 0)
  if (total !== rows) {
    throw new LimbicError('the packed steps do not match their lengths', {
      where,
      expected: `${total} rows, for the lengths ${lengths.join(', ')}`,
      got: `[${shape.join(', ')}]`,
    })
  }
  const [steps, width] = [Math.max(...lengths), product(step)]
  const places = lengths.flatMap((length, sample) =>
    Array.from({ length }, (_, at) => sample * steps + at),
  )
  const padded = { ...value, shape: [lengths.length, steps, ...step] }
  const count = lengths.length * steps * width
  if (data instanceof BigInt64Array) {
    return { ...padded, data: spread(data, new BigInt64Array(count), places, width) }
  }
  if (data instanceof Uint8Array) {
    return { ...padded, data: spread(data, new Uint8Array(count), places, width) }
  }
  return {
    ...padded,
    data: spread(Float32Array.from(data), new Float32Array(count), places, width),
  }
}

interface Rows<Own> {
  subarray(from: number, to: number): Own
  set(values: Own, at: number): void
}

/** Copies each row to its place. */
function spread<Own extends Rows<Own>>(
  from: Own,
  into: Own,
  places: readonly number[],
  width: number,
): Own {
  for (const [row, place] of places.entries()) {
    into.set(from.subarray(row * width, (row + 1) * width), place * width)
  }
  return into
}

function int64(numbers: readonly number[]): Value {
  const data = BigInt64Array.from(numbers, (number) => BigInt(number))
  return { dataType: 'int64', shape: [numbers.length], data }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1)
}
