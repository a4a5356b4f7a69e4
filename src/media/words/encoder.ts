/** An open text encoder: words to vectors. */
import { LimbicError } from '../../base/errors.js'
import { decodeSafetensors } from '../../formats/safetensors/decode.js'
import {
  textEncoder,
  textEncoderConfig,
  textEncoderWeights,
} from '../../models/text-encoder/index.js'
import { Scope } from '../../nn/scope.js'
import type { Engine } from '../../runtime/engine.js'
import { openProgram, type Program } from '../../runtime/program.js'
import type { SessionOptions } from '../../runtime/session.js'
import { openTokenizer, type TokenizerFiles, type Tokens } from './tokenizer.js'

/** The files of a text encoder in Hugging Face's layout. */
export interface TextEncoderFiles {
  readonly tokenizer: TokenizerFiles
  /** `config.json`, parsed. */
  readonly config: unknown
  /** The bytes of `model.safetensors`; names may begin with `albert.` or `bert.`. */
  readonly weights: Uint8Array
}

export interface TextEncoderOptions {
  /**
   * The most tokens of a text, including start and end; at most, and by default, the encoder's
   * number of positions.
   */
  readonly longest?: number
  /** Default: one thread. */
  readonly session?: SessionOptions
}

/** An encoded text. */
export interface EncodedText extends Tokens {
  /** The last hidden state, [token, width], start and end tokens included. */
  readonly vectors: Float32Array
}

export interface TextEncoder {
  /** The width of a vector. */
  readonly width: number
  /** The most tokens of a text, including start and end. */
  readonly longest: number
  /**
   * Encodes texts, given as their words. Texts of similar length share a batch; results do not
   * depend on the other texts.
   */
  encode(texts: readonly (readonly string[])[]): Promise<EncodedText[]>
  close(): Promise<void>
}

/** Numbers of a vector of an encoder, from its `config.json`. @throws LimbicError if it is no encoder's */
export function encoderWidth(config: unknown, where: string): number {
  return textEncoderConfig(config, where).hidden_size
}

/** The most tokens in a batch, padding included. */
const batchTokens = 2048

/**
 * Opens ALBERT or BERT with the weights of a checkpoint, frozen.
 *
 * @param where the folder, for messages
 * @throws LimbicError if a file belongs to another kind of model, or the files do not match
 */
export async function openTextEncoder(
  engine: Engine,
  { tokenizer: files, config: settings, weights: bytes }: TextEncoderFiles,
  where: string,
  { longest, session = { threads: 1 } }: TextEncoderOptions = {},
): Promise<TextEncoder> {
  const config = textEncoderConfig(settings, `${where}, config.json`)
  const likeAlbert = config.model_type === 'albert'
  const tokenizer = openTokenizer(files, where, { likeAlbert })
  if (tokenizer.size > config.vocab_size) {
    throw new LimbicError('the tokeniser does not fit the text encoder', {
      where,
      expected: `at most ${config.vocab_size} tokens (vocab_size of config.json)`,
      got: `${tokenizer.size}`,
      hint: 'Use the files of one and the same checkpoint',
    })
  }
  const file = `${where}, model.safetensors`
  const { weights } = textEncoderWeights(decodeSafetensors(bytes, file).tensors, config, file)
  // The graph declares no pooler.
  const used = new Map([...weights].filter(([name]) => !name.startsWith('pooler.')))
  const program = await openProgram(
    engine,
    (graph) => {
      const encode = textEncoder(new Scope(graph), config, { weights: used })
      const ids = graph.input('ids', 'int64', ['batch', 'time'])
      const lengths = graph.input('lengths', 'int64', ['batch'])
      return { hidden: encode({ ids, lengths }).hidden }
    },
    { weights: used, session },
  )
  const most = Math.min(longest ?? Number.POSITIVE_INFINITY, config.max_position_embeddings)
  const width = config.hidden_size
  return {
    width,
    longest: most,
    async encode(texts) {
      const rows = texts.map((words) => tokenizer.encode(words, most))
      const encoded: EncodedText[] = []
      for (const batch of batches(rows)) {
        const vectors = await runBatch(program, batch, width)
        for (const [place, { index, tokens }] of batch.entries()) {
          encoded[index] = { ...tokens, vectors: vectors[place] ?? new Float32Array(0) }
        }
      }
      return encoded
    },
    close: () => program.close(),
  }
}

interface Row {
  readonly index: number
  readonly tokens: Tokens
}

/** Groups rows from short to long into batches. */
function batches(rows: readonly Tokens[]): Row[][] {
  const sorted = rows
    .map((tokens, index): Row => ({ index, tokens }))
    .sort((a, b) => a.tokens.ids.length - b.tokens.ids.length || a.index - b.index)
  const all: Row[][] = []
  for (const row of sorted) {
    const last = all.at(-1)
    if (last && (last.length + 1) * row.tokens.ids.length <= batchTokens) last.push(row)
    else all.push([row])
  }
  return all
}

async function runBatch(
  program: Program,
  batch: readonly Row[],
  width: number,
): Promise<Float32Array[]> {
  const time = Math.max(...batch.map(({ tokens }) => tokens.ids.length))
  const ids = new BigInt64Array(batch.length * time)
  for (const [place, { tokens }] of batch.entries()) ids.set(tokens.ids.map(BigInt), place * time)
  const lengths = BigInt64Array.from(batch, ({ tokens }) => BigInt(tokens.ids.length))
  const results = await program.run({
    ids: { dataType: 'int64', shape: [batch.length, time], data: ids },
    lengths: { dataType: 'int64', shape: [batch.length], data: lengths },
  })
  const hidden = results.get('hidden')?.data
  if (!(hidden instanceof Float32Array)) {
    throw new LimbicError('the text encoder returns no numbers', { where: 'hidden' })
  }
  return batch.map(({ tokens }, place) => {
    const begin = place * time * width
    return hidden.slice(begin, begin + tokens.ids.length * width)
  })
}
