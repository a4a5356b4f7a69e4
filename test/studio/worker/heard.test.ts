/** Where a model looks in the sound is where its maps say, in time and in frequency. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { collateBatch } from '../../../src/data/batch.js'
import type { PictureMaps } from '../../../src/explain/maps/positions.js'
import type { ClipFeatures } from '../../../src/media/extract/index.js'
import { recipeNamed } from '../../../src/media/recipes/index.js'
import { bandAtHertz, hertzAtBand, melCorners } from '../../../src/media/sound/index.js'
import { shownSound } from '../../../src/recognise/own/listener.js'
import { cellsHeard } from '../../../src/studio/page/live/attention.js'
import { attentionTo } from '../../../src/studio/worker/own/attention.js'
import { heardAt } from '../../../src/studio/worker/own/heard.js'
import { checkClip } from '../../../src/use/clip-sample.js'
import { loadModel } from '../../../src/use/open/load.js'
import { splitOf } from '../../../src/use/samples.js'
import { temporaryPaths } from '../../support/folders.js'
import { exportedMesm } from '../../support/models/exported-mesm.js'

const at = temporaryPaths()
const recipe = recipeNamed('mesm')

test('a height in a picture of mel bands is a frequency: the middle of a band that of its filter', () => {
  for (const scale of ['htk', 'slaney'] as const) {
    const bands = { bands: 20, lowest: 60, highest: 7000, scale }
    const corners = melCorners({
      ...bands,
      rate: 16_000,
      size: 400,
      norm: 'none',
      filters: 'exact',
    })
    for (let band = 0; band < 20; band++) {
      const hertz = hertzAtBand(band + 0.5, bands)
      expect(hertz).toBeCloseTo(corners[band + 1] ?? Number.NaN, 6)
      expect(bandAtHertz(hertz, bands)).toBeCloseTo(band + 0.5, 9)
    }
  }
})

describe('positions of chunks of sound', () => {
  /** Two chunks of 8 rows and 4 columns. */
  const layer = (attention: number, selected: number): PictureMaps['layers'][number] => {
    const one = (place: number) =>
      Float32Array.from({ length: 32 }, (_, index) => (index === place ? 1 : 0))
    return {
      ...{ layer: '3', rows: 8, columns: 4 },
      attention: [one(attention).map((value) => value / 2), one(0)],
      selected: [one(selected), one(selected)],
    }
  }
  const middles = [10.2, 10.6]

  test('are drawn when and at what pitch they are', () => {
    // Attention in the third row from below and the last quarter of the first chunk.
    const heard = heardAt({ layers: [layer(5, 5), layer(11, 12)] }, middles, recipe)
    if (!heard) throw new Error('nothing was heard')
    expect(heard.duration).toBeCloseTo(0.4)
    expect(heard.starts).toEqual([expect.closeTo(10), expect.closeTo(10.4)])
    const cells = cellsHeard(heard, 12, 4)
    expect(cells.map(({ strength }) => strength)).toEqual([0.5, 0.25, 1, 0.25])
    const [loud, chosen, first] = cells
    expect(loud?.left).toBeCloseTo(1 - (12 - 10.3) / 4)
    expect(loud?.right).toBeCloseTo(1 - (12 - 10.4) / 4)
    expect([chosen?.left, first?.left]).toEqual([
      expect.closeTo(1 - 2 / 4),
      expect.closeTo(1 - 1.6 / 4),
    ])
    // Bands 32 to 48 of 128 on HTK's scale, as a spectrogram on Slaney's shows these frequencies.
    const { feature } = recipe.audio ?? {}
    if (feature?.kind !== 'mel') throw new Error('another recipe')
    for (const band of [33, 40, 47]) {
      const share = bandAtHertz(hertzAtBand(band, feature), shownSound) / shownSound.bands
      expect(share).toBeGreaterThan(loud?.bottom ?? 1)
      expect(share).toBeLessThan(loud?.top ?? 0)
    }
    for (const band of [31, 49]) {
      const share = bandAtHertz(hertzAtBand(band, feature), shownSound) / shownSound.bands
      expect(share > (loud?.bottom ?? 0) && share < (loud?.top ?? 1)).toBe(false)
    }
    expect([heard.edges[0], heard.edges[8]]).toEqual([expect.closeTo(0, 1), expect.closeTo(1, 1)])
  })

  test('are left out where nothing places them', () => {
    const layers = [layer(5, 5)]
    expect(heardAt({ layers: [] }, middles, recipe)).toBeUndefined()
    expect(heardAt({ layers }, undefined, recipe)).toBeUndefined()
    expect(heardAt({ layers }, [10.2], recipe)).toBeUndefined()
    expect(heardAt({ layers }, middles, undefined)).toBeUndefined()
    expect(heardAt({ layers }, middles, recipeNamed('compact'))).toBeUndefined()
    expect(heardAt({ layers }, middles, recipeNamed('mesm-features'))).toBeUndefined()
  })

  test('of a MESM are those of its last block', async () => {
    mkdirSync(at('words'))
    writeFileSync(at('words', 'vocab.txt'), ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'so'].join('\n'))
    writeFileSync(at('mesm.onnx'), await exportedMesm(at('words')))
    await using model = await loadModel(at('mesm.onnx'))
    const wave = (length: number) =>
      Float32Array.from({ length }, (_, place) => Math.abs(Math.sin(place / 50)))
    const features: ClipFeatures['features'] = {
      text: {
        ...{ dataType: 'int64', shape: [], length: 3 },
        values: BigInt64Array.from([2n, 4n, 3n]),
      },
      audio: {
        ...{ dataType: 'float32', shape: [1, 128, 32], length: 3, values: wave(3 * 128 * 32) },
        times: Float64Array.from([0.2, 0.6, 0.95]),
      },
    }
    const sample = checkClip(model, 'a', features)
    const found = await attentionTo(model, sample, features)
    const heard = found?.sound
    expect(heard?.starts).toEqual([0, 0.4, 0.8].map((start) => expect.closeTo(start)))
    const names = model.inputs.map(({ name }) => name)
    const batch = await collateBatch(splitOf([sample], model.inputs), Int32Array.of(0), names)
    const { maps } = await model.run(batch, ['spatial.audio.3', 'active.audio.3'])
    const [spatial, active] = maps.map(({ value }) => value)
    const [, chunks = 0, rows = 0, columns = 0] = spatial?.shape ?? []
    expect([chunks, heard?.edges.length, heard?.columns]).toEqual([3, rows + 1, columns])
    const weights = [...(spatial?.data ?? [])].map(Number)
    const most = Math.max(...weights)
    expect(heard?.weights).toEqual(weights.map((weight) => expect.closeTo(weight / most, 5)))
    expect(heard?.selected).toEqual([...(active?.data ?? [])].map((one) => Number(one) > 0))
    expect(heard?.selected).toContain(true)
    expect(heard?.selected).toContain(false)
    // Without its sound, there is nowhere to look in it.
    const { audio: _, ...silent } = features
    expect((await attentionTo(model, checkClip(model, 'b', silent), silent))?.sound).toBeUndefined()
  })
})
