/** EmoEmbs's parameters as its authors' code names them. */
import { modalities } from '../../base/modalities.js'
import type { PublishedName } from '../define/model.js'
import { publishedRecurrent } from '../published/recurrent.js'

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
  const [, modality = '', ...rest] = parameter.split('.')
  const recurrent = publishedRecurrent(rest.join('.'), 'lstm')
  if (!recurrent.gates) return { name: names[parameter] ?? parameter }
  const place = modalities.findIndex((name) => name === modality)
  return { ...recurrent, name: `RNNs.${place}.${recurrent.name}` }
}
