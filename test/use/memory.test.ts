import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { collateBatch } from '../../src/data/batch.js'
import { ModelProtoSchema } from '../../src/graph/onnx/generated/onnx_pb.js'
import { lfLstm, type Model, mult } from '../../src/models/index.js'
import { Scope } from '../../src/nn/index.js'
import { openSession } from '../../src/runtime/node.js'
import { sentiment } from '../../src/task/sentiment.js'
import { exportModel } from '../../src/use/exported/export.js'
import type { Room } from '../../src/use/memory.js'
import { fromOnnx } from '../../src/use/open/from-onnx.js'
import type { RawSample } from '../../src/use/samples.js'
import { smallModel, smallSplit, smallStandardisation } from '../support/models/small-model.js'

const metadata = { trainingData: 'made up', synthetic: true }
const threads = { threads: 1 }
const small = () =>
  exportModel({ ...smallModel(), standardisation: smallStandardisation(), metadata, maps: 'all' })
const open = (bytes: Uint8Array, room?: Room) =>
  fromOnnx(bytes, 'file.onnx', (model) => openSession(model, threads), {}, room)

function withoutMemory(bytes: Uint8Array): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, bytes)
  proto.metadataProps = proto.metadataProps.filter(({ key }) => key !== 'memory')
  return toBinary(ModelProtoSchema, proto)
}

/** A model of its document's size. */
function full(model: Model): Uint8Array {
  const task = sentiment({ loss: 'l1' })
  const widths = { text: 8, audio: 8, vision: 8 }
  const configured = model.configure({})
  const scope = new Scope()
  configured.build(scope, widths, 1)
  const weights = new Map(
    [...scope.graph.parameters.values()].map(({ name, shape }) => [
      name,
      new Float32Array(shape.reduce((product, size) => product * size, 1)),
    ]),
  )
  return exportModel({ model: configured, widths, task, weights, metadata })
}

const long = (steps: number): RawSample => {
  const step = Array.from({ length: 8 }, () => 0)
  const sequence = Array.from({ length: steps }, () => step)
  return { text: sequence, audio: sequence, vision: sequence }
}

describe('the memory that a model needs', () => {
  it('lets a sample of 80,000 steps through a model without attention, and tells it of one with', async () => {
    const room: Room = { bytes: 8 * 2 ** 30, more: () => 'set LIMIT' }
    const without = await open(full(lfLstm), room)
    expect(without.check(long(80_000), 'line 1').features.get('text')?.steps).toBe(80_000)
    await without.close()
    const attending = await open(full(mult), room)
    expect(() => attending.check(long(80_000), 'line 1')).toThrow(
      /^line 1: the sample is too long for the available memory: expected a run of at most 8 GiB, got 80,000 steps, for which this model needs [\d,.]+ GiB\. Give a part of the sample, or set LIMIT$/,
    )
    expect(attending.check(long(500), 'line 1').id).toBe('line 1')
    await attending.close()
  })

  it('is kept to by batches in parts, which say what the whole batch says', async () => {
    const split = smallSplit(24)
    const bytes = small()
    const rows = Int32Array.from({ length: 24 }, (_, row) => row)
    const batch = await collateBatch(split, rows, ['text', 'audio', 'vision'])
    const whole = await open(bytes)
    const expected = await whole.predictSplit(split)
    const map = whole.maps[0]?.name ?? ''
    const ran = await whole.run(batch, [map])
    await whole.close()
    let refused = 0
    let answered = 0
    for (let size = 2 ** 12; size <= 2 ** 24; size *= 2) {
      const model = await open(bytes, { bytes: size })
      try {
        const found = await model.predictSplit(split)
        for (const [place, value] of found.entries()) {
          expect(value).toBeCloseTo(expected[place] ?? Number.NaN, 5)
        }
        const parts = await model.run(batch, [map])
        expect(parts.prediction.shape).toEqual(ran.prediction.shape)
        expect(parts.maps[0]?.value.shape).toEqual(ran.maps[0]?.value.shape)
        const [one, other] = [parts, ran].map(({ maps }) =>
          Array.from(maps[0]?.value.data ?? [], Number),
        )
        for (const [place, value] of (one ?? []).entries()) {
          expect(value).toBeCloseTo(other?.[place] ?? Number.NaN, 5)
        }
        answered++
      } catch (error) {
        expect(String(error)).toMatch(/too long for the available memory/)
        refused++
      }
      await model.close()
    }
    expect(refused).toBeGreaterThan(0)
    expect(answered).toBeGreaterThan(2)
  })

  it('is not known of older files, which are asked about 20,000 steps at most', async () => {
    const older = await open(withoutMemory(full(lfLstm)))
    expect(older.check(long(20_000), 'line 1').id).toBe('line 1')
    expect(() => older.check(long(20_001), 'line 1')).toThrow(
      /^line 1, text: the sample is too long: expected at most 20,000 steps.*got 20,001 steps/,
    )
    await older.close()
  })
})
