/** The settings of a text encoder, as `config.json` in Hugging Face's layout has them. */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import { activationNames } from './activations.js'

const size = z.int().min(1)
const probability = z.number().min(0).lt(1)

const common = {
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size.max(96),
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  type_vocab_size: size.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.enum(activationNames),
  hidden_dropout_prob: probability.default(0),
  attention_probs_dropout_prob: probability.default(0),
  initializer_range: z.number().positive().default(0.02),
  position_embedding_type: z.literal('absolute').optional(),
} as const

const albert = z.object({
  ...common,
  model_type: z.literal('albert'),
  embedding_size: size,
  num_hidden_groups: size.default(1),
  inner_group_num: size.default(1),
  hidden_act: common.hidden_act.default('gelu_new'),
})

const bert = z.object({
  ...common,
  model_type: z.literal('bert'),
  hidden_act: common.hidden_act.default('gelu'),
})

export type AlbertConfig = z.infer<typeof albert>
export type BertConfig = z.infer<typeof bert>
/** Settings of either kind; keys that change nothing here are left out. */
export type TextEncoderConfig = AlbertConfig | BertConfig

/** The kinds of text encoders that Limbic builds: `model_type` in `config.json`. */
export const textEncoderTypes = ['albert', 'bert'] as const

/**
 * Checks the contents of a `config.json`.
 *
 * @param where the file, for messages
 * @throws LimbicError for another kind of model, and for missing or impossible settings
 */
export function textEncoderConfig(value: unknown, where: string): TextEncoderConfig {
  const { model_type: type } = validate(z.object({ model_type: z.string() }), value, where)
  if (type !== 'albert' && type !== 'bert') {
    throw new LimbicError('a text encoder of a kind that Limbic does not build', {
      where: `${where}, model_type`,
      expected: textEncoderTypes.join(' or '),
      got: type,
      hint: 'Choose a folder with an ALBERT or BERT checkpoint',
    })
  }
  const config = type === 'albert' ? validate(albert, value, where) : validate(bert, value, where)
  refuseUneven(config, 'num_attention_heads', 'hidden_size', where)
  if (config.model_type === 'albert') {
    refuseUneven(config, 'num_hidden_groups', 'num_hidden_layers', where)
  }
  return config
}

function refuseUneven<Key extends string>(
  config: Readonly<Record<Key, unknown>>,
  parts: Key,
  whole: Key,
  where: string,
): void {
  if (Number(config[whole]) % Number(config[parts]) === 0) return
  throw new LimbicError(`${whole} must be divisible by ${parts}`, {
    where,
    got: `${config[whole]} and ${config[parts]}`,
    hint: 'Use the config.json that came with the weights',
  })
}
