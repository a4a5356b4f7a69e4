/** The text branch of FE2E and MESM: a text encoder, and scores from its first token. */
import { slice, squeeze, type Tensor } from '../../graph/index.js'
import { linear } from '../../nn/layers/linear.js'
import type { Scope } from '../../nn/scope.js'
import type { PublishedEncoder } from '../define/model.js'
import { type TextEncoderConfig, textEncoderConfig } from '../text-encoder/config.js'
import { textEncoder } from '../text-encoder/encoder.js'
import type { Branch } from './branches.js'
import type { CommonSettings } from './settings.js'

type TextSettings = Omit<
  Pick<
    CommonSettings,
    Extract<keyof CommonSettings, `${'text' | 'longestText' | 'vocabulary'}${string}`>
  >,
  'textEncoder'
>

/** The checkpoint that the text encoder starts from, if the settings name one and text is read. */
export function publishedEncoder({
  textEncoder: folder,
  modalities,
}: Pick<CommonSettings, 'textEncoder' | 'modalities'>): PublishedEncoder | undefined {
  if (folder === undefined || !modalities.includes('text')) return undefined
  return { folder, parameters: 'text.encoder', setting: 'textConfig' }
}

/** The settings of a text encoder as `config.json` has them. */
export function configOf(settings: TextSettings): TextEncoderConfig {
  if (settings.textConfig) return textEncoderConfig(settings.textConfig, 'textConfig')
  return textEncoderConfig(
    {
      model_type: settings.textKind,
      vocab_size: settings.vocabulary,
      max_position_embeddings: settings.longestText,
      embedding_size: settings.textEmbedding,
      hidden_size: settings.textWidth,
      num_hidden_layers: settings.textLayers,
      num_attention_heads: settings.textHeads,
      intermediate_size: settings.textFeedForward,
      hidden_act: settings.textActivation,
      hidden_dropout_prob: settings.textDropout,
      attention_probs_dropout_prob: settings.textDropout,
    },
    'the text encoder',
  )
}

export interface ReadText extends Branch {
  /** The last hidden state of the first token, [batch, text width]. */
  readonly token: Tensor
}

/**
 * A text encoder and a linear layer that reads its first token (the MESM document, section 4.2). Parameters:
 * `encoder`, as in the checkpoint, and `out`.
 *
 * @returns a function of token numbers, int64 [batch, time], and their lengths, int64 [batch]
 */
export function textBranch(
  scope: Scope,
  outputs: number,
  settings: TextSettings,
): (ids: Tensor, lengths: Tensor) => ReadText {
  const config = configOf(settings)
  const encode = textEncoder(scope.child('encoder'), config)
  const out = linear(scope.child('out'), { inputs: config.hidden_size, units: outputs })
  return (ids, lengths) => {
    const token = squeeze(slice(encode({ ids, lengths }).hidden, 1, 0, 1), 1)
    return { token, logits: out(token), maps: {}, inside: { cls: token } }
  }
}
