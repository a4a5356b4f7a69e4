/** Text encoders of published checkpoints that models start from. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { readJson } from '../../disk/files.js'
import { readSafetensors } from '../../formats/safetensors/index.js'
import type { RunConfig } from '../../learn/config.js'
import type { ConfiguredModel } from '../../models/define/model.js'
import { textEncoderConfig, textEncoderWeights } from '../../models/text-encoder/index.js'
import { openModel } from '../model-file/index.js'

/**
 * A run's configuration with the sizes of the text encoder that its model starts from, so that the run needs its
 * folder no more once it has begun.
 *
 * @throws LimbicError if the folder is missing and the sizes are not known yet, or its `config.json` is of another
 * kind of model
 */
export function withTextEncoder(config: RunConfig): RunConfig {
  const { textEncoder, settings } = openModel(config.model).configure(config.settings)
  if (!textEncoder) return config
  const file = join(textEncoder.folder, 'config.json')
  if (!existsSync(file)) {
    if (settings[textEncoder.setting] !== undefined) return config
    throw missing(file)
  }
  const found = textEncoderConfig(readJson(file), file)
  return { ...config, settings: { ...config.settings, [textEncoder.setting]: found } }
}

/**
 * The values of a model's text encoder in its checkpoint, by our names.
 *
 * @throws LimbicError if the folder lacks them, or they are of other sizes
 */
export function encoderWeights({
  textEncoder,
  settings,
}: ConfiguredModel): Map<string, Float32Array> {
  if (!textEncoder) return new Map()
  const { folder, parameters, setting } = textEncoder
  const file = join(folder, 'model.safetensors')
  if (!existsSync(file)) throw missing(file)
  const config = textEncoderConfig(settings[setting], file)
  const { weights } = textEncoderWeights(readSafetensors(file).tensors, config, file)
  return new Map(
    [...weights]
      .filter(([name]) => !name.startsWith('pooler.'))
      .map(([name, values]) => [`${parameters}.${name}`, values]),
  )
}

function missing(file: string): LimbicError {
  return new LimbicError('the text encoder is not there', {
    where: file,
    expected: 'config.json and model.safetensors of an ALBERT or BERT checkpoint',
    got: 'no such file',
    hint: 'Name their folder with --text-encoder, or leave it out for a small encoder that learns anew',
  })
}
