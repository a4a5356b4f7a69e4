/** What the networks cost: against the authors' count, and what a graph counts. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { countFlops, Graph } from '../../../src/graph/index.js'
import {
  countedLayers,
  denseMultiplyAdds,
  fe2eMultiplyAdds,
  mesmMultiplyAdds,
  sparseMultiplyAdds,
} from '../../../src/models/fe2e/multiply-adds.js'
import { fe2eSettings } from '../../../src/models/fe2e/settings.js'
import { vgg } from '../../../src/models/fe2e/vgg.js'
import { Scope } from '../../../src/nn/index.js'
import { sharedPath } from '../../support/folders.js'

const channels = [64, 64, 64, 128, 256, 512] as const
const pictures = {
  per_frame_48x48: [3, 48, 48],
  per_chunk_128x32: [1, 128, 32],
} as const

interface Counted {
  readonly layers: readonly { readonly output: number[]; readonly multiply_adds: number }[]
  readonly total: number
  readonly dense_part_of_mesm: number
}

describe('multiply-adds', () => {
  const path = sharedPath('golden', 'end-to-end', 'flops-mesm.json')
  test.skipIf(!path)('of each convolution are those of the authors (needs ../shared)', () => {
    const golden = JSON.parse(readFileSync(path ?? '', 'utf8')) as Record<string, Counted>
    for (const [name, picture] of Object.entries(pictures)) {
      const layers = countedLayers(picture, channels)
      const expected = golden[name]
      expect(layers.map(({ multiplyAdds }) => multiplyAdds)).toEqual(
        expected?.layers.map((layer) => layer.multiply_adds),
      )
      expect(layers.map(({ size }) => [...size])).toEqual(
        expected?.layers.map(({ output }) => output),
      )
      expect(denseMultiplyAdds(picture, channels)).toEqual({
        total: expected?.total,
        beginning: expected?.dense_part_of_mesm,
      })
    }
  })

  test('of the dense network are half of what its graph counts', () => {
    const graph = new Graph()
    const small = [2, 3, 2, 4, 3, 5] as const
    const given = graph.input('pictures', 'float32', [1, 3, 32, 48])
    const maps = vgg(new Scope(graph), { inputs: 3, channels: small, statistics: 'batch' })(given)
    const { byOperator } = countFlops([maps], new Map())
    const { total } = denseMultiplyAdds([3, 32, 48], small)
    expect(byOperator.get('convolution')).toBe(2 * total)
  })

  test('of selected positions are those of pairs', () => {
    // A row of three, and one below its end.
    const mask = [1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    expect(sparseMultiplyAdds(mask, 4, { inputs: 2, filters: 3 })).toBe((2 + 3 + 3 + 2) * 3 * 5)
  })

  test('of a sample are those of its faces and chunks, and of what is selected of them', () => {
    const own = fe2eSettings.parse({})
    const [face, chunk] = [
      denseMultiplyAdds(pictures.per_frame_48x48, channels),
      denseMultiplyAdds(pictures.per_chunk_128x32, channels),
    ]
    // One position in each of three layers, of two faces, of which the second selects none.
    const layers = [24, 12, 6].map((columns) => ({
      columns,
      masks: [Uint8Array.from({ length: columns ** 2 }, (_, at) => (at === 7 ? 1 : 0)), []],
    }))
    const counted = [
      { sequence: 'vision', count: 2, layers },
      { sequence: 'audio', count: 3, layers: [] },
      { sequence: 'text', count: 9, layers: [] },
    ]
    expect(fe2eMultiplyAdds(own, counted)).toBe(2 * face.total + 3 * chunk.total)
    const alone = 128 * (64 + 128) + 256 * (128 + 256) + 512 * (256 + 512)
    expect(mesmMultiplyAdds(own, counted)).toBe(2 * face.beginning + 3 * chunk.beginning + alone)
  })

  const whole = sharedPath('golden', 'end-to-end', 'mesm-aligned.safetensors')
  test.skipIf(!whole)('of masks are those that SparseConvNet counts (needs ../shared)', () => {
    const { tensors, metadata } = readSafetensors(whole ?? '')
    const blocks = JSON.parse(metadata.sparse_blocks ?? '[]') as [number, number][]
    for (const modality of ['vision', 'audio']) {
      const expected = Array.from(
        tensors.get(`output.multiply_adds.${modality}`)?.data ?? [],
        Number,
      )
      for (const [index, [inputs, filters]] of blocks.entries()) {
        const mask = tensors.get(`output.mask.${modality}.${index + 1}`)
        const [maps = 0, rows = 0, columns = 0] = mask?.shape ?? []
        const size = rows * columns
        let total = 0
        for (let map = 0; map < maps; map++) {
          const own = Array.from(mask?.data ?? [], Number).slice(map * size, (map + 1) * size)
          total += sparseMultiplyAdds(own, columns, { inputs, filters })
        }
        expect(total).toBe((expected[2 * index] ?? 0) + (expected[2 * index + 1] ?? 0))
      }
    }
  })
})
