import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openMedia } from '../../src/media/decode/node/index.js'
import { recipeNamed } from '../../src/media/recipes/index.js'
import { openVoiceReader, starterVoice } from '../../src/recognise/voice.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { loadModel } from '../../src/use/open/load.js'
import { sharedPath } from '../support/folders.js'

const file = join(import.meta.dirname, '../../assets/starter-voice.onnx')
const open = () => loadModel(file, { threads: 1 })
const { settings } = starterVoice
const corpus = sharedPath('data/media/emodb')

describe('the starter model of voices', () => {
  test('knows seven emotions by the sound of the recipe compact', async () => {
    const model = await open()
    expect(model.task.outputs).toEqual([
      ...['angry', 'bored', 'disgust', 'fear', 'happy', 'neutral', 'sad'],
    ])
    expect(model.inputs).toMatchObject([{ name: 'audio', width: 64 }])
    expect(recipeNamed('compact').audio?.feature).toEqual(settings)
    await model.close()
  })

  test.skipIf(!corpus)(
    'knows the voices that it learned from (needs the reference data)',
    async () => {
      const reader = await openVoiceReader(nodeEngine, { model: await open(), ...starterVoice })
      // The sixth character of EMO-DB's names is the emotion, in German.
      const clips = {
        '03a01Wa': 'angry',
        '08a01Na': 'neutral',
        '13b09La': 'bored',
        '14b02Tc': 'sad',
      }
      const told: Record<string, string | undefined> = {}
      for (const name of Object.keys(clips)) {
        const source = await openMedia(join(corpus ?? '', `${name}.flac`))
        const { emotions, estimates } = (await reader.read(source)).reading
        const [first] = estimates
        const shares = first?.probabilities ?? []
        told[name] = emotions[shares.indexOf(Math.max(...shares))]
        await source.close()
      }
      expect(told).toEqual(clips)
      await reader.close()
    },
  )
})
