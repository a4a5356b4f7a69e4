/** Reads reference files of ALBERT. */
import { z } from 'zod'
import {
  cast,
  divide,
  multiply,
  reduceSum,
  square,
  subtract,
  unsqueeze,
} from '../../graph/index.js'
import type { ReferencePiece } from '../published/reference-piece.js'
import { textEncoderConfig } from './config.js'
import { textEncoder } from './encoder.js'

/**
 * Reference files of transformers' `AlbertModel`: the last hidden state, the pooled one, and the mean
 * squared error over real tokens.
 */
export const albertPiece: ReferencePiece = {
  published: 'AlbertModel',
  build(scope, given, metadata) {
    const stored = metadata.json('albert', z.record(z.string(), z.unknown()))
    // After the activation's name, the files say in brackets how it is computed.
    const activation = z.string().parse(stored.hidden_act).replace(/ .*/, '')
    const config = textEncoderConfig(
      { ...stored, model_type: 'albert', hidden_act: activation },
      'metadata, albert',
    )
    const encode = textEncoder(scope, config, { pooler: true })
    const tokens = ['batch', 'time'] as const
    const mask = given('input.attention_mask', tokens)
    const { hidden, pooled } = encode({
      ids: given('input.text', tokens),
      types: given('input.token_type_ids', tokens),
      lengths: reduceSum(mask, 1),
    })
    const target = given('target', [...tokens, config.hidden_size])
    const real = unsqueeze(cast(mask, 'float32'), 2)
    const errors = reduceSum(multiply(square(subtract(hidden, target)), real))
    const loss = divide(errors, multiply(reduceSum(real), config.hidden_size))
    return { results: { output: hidden, ...(pooled && { 'output.pooled': pooled }) }, loss }
  },
  rename: (name) => ({ name }),
}
