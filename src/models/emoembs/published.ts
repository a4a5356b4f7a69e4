import { modalities } from '../../modalities.js'
import type { PublishedName } from '../model.js'
import { recurrentName } from '../recurrent-name.js'

const names: Readonly<Record<string, string>> = {
  'words.weight': 'textEmoEmbs.weight',
  'maps.audio.weight': 'affineAudio.weight',
  'maps.audio.bias': 'affineAudio.bias',
  'maps.vision.weight': 'affineVisual.weight',
  'maps.vision.bias': 'affineVisual.bias',
  'fusion.weight': 'modality_weights.weight',
}

/** A parameter's name in the authors' code. */
export function publishedName(parameter: string): PublishedName {
  const recurrent = recurrentName(parameter)
  if (recurrent === undefined) return { name: names[parameter] ?? parameter }
  const place = modalities.findIndex((modality) => parameter.startsWith(`encoders.${modality}.`))
  return { name: `RNNs.${place}.${recurrent}`, gates: 'lstm' }
}
