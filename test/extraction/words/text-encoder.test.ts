/** Text encoders from folders: against plain float64 loops, with made and with published weights. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { withResources } from '../../../src/extraction/resources.js'
import { openWords, textEncoderFiles } from '../../../src/extraction/words/text-encoder.js'
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors/index.js'
import { recipeNamed } from '../../../src/media/recipes/index.js'
import {
  openTextEncoder,
  openTokenizer,
  wordPieceTokenizer,
} from '../../../src/media/words/index.js'
import { textEncoder, textEncoderConfig } from '../../../src/models/text-encoder/index.js'
import { Scope } from '../../../src/nn/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { encodeSlowly } from '../../reference/models/text-encoder.js'

const home = mkdtempSync(join(tmpdir(), 'limbic-words-'))
afterAll(() => rmSync(home, { recursive: true }))

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'so', 'happy', '##ness', '.', 'sad', 'we']

const configOf = (type: 'albert' | 'bert') => ({
  ...{ model_type: type, vocab_size: vocabulary.length, hidden_size: 12, num_hidden_layers: 2 },
  ...{ num_attention_heads: 3, intermediate_size: 20, max_position_embeddings: 9 },
  ...{ embedding_size: 5, type_vocab_size: 2, layer_norm_eps: 1e-12 },
})

/** Values that are no pattern, of the size that trained weights have. */
function valuesOf(config: ReturnType<typeof configOf>): Map<string, Float32Array> {
  const scope = new Scope()
  textEncoder(scope, textEncoderConfig(config, 'made'))
  let seed = 7
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return (seed / 2_147_483_647 - 0.5) * 0.8
  }
  return new Map(
    [...scope.graph.parameters.values()].map(({ name, shape }) => {
      const count = shape.reduce((product, size) => product * size, 1)
      const shift = /(LayerNorm|layer_norm)\.weight$/.test(name) ? 1 : 0
      return [name, Float32Array.from({ length: count }, () => next() + shift)]
    }),
  )
}

function made(type: 'albert' | 'bert', prefix: string) {
  const config = configOf(type)
  const values = valuesOf(config)
  const scope = new Scope()
  textEncoder(scope, textEncoderConfig(config, 'made'))
  const tensors = new Map(
    [...scope.graph.parameters.values()].map(({ name, shape }) => [
      `${prefix}${name}`,
      { dtype: 'float32' as const, shape, data: values.get(name) ?? new Float32Array(0) },
    ]),
  )
  const folder = mkdtempSync(join(home, type))
  writeSafetensors(join(folder, 'model.safetensors'), tensors, {})
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'vocab.txt'), vocabulary.join('\n'))
  return { folder, config, values }
}

const said = { text: 'So happiness . We happy' }
const times = (...words: string[]) => words.map((word, at) => ({ word, start: at, end: at + 1 }))

describe.each([
  ['bert', ''],
  ['bert', 'bert.'],
  ['albert', 'albert.'],
] as const)('%s with names that begin with "%s"', (type, prefix) => {
  const { folder, config, values } = made(type, prefix)
  const slow = (ids: number[]) => encodeSlowly(ids, { ...config, model_type: type }, values)

  test('vectors of tokens are those of plain loops', async () => {
    const recipe = { kind: 'encoder', width: 12, longest: 50, step: 'token' } as const
    const words = await openWords(recipe, folder, { threads: 1 })
    const feature = await words.extract(said)
    // 'happiness' is no word of happy + ##ness.
    const expected = slow([2, 4, 1, 7, 9, 5, 3]).flat()
    expect(feature?.length).toBe(7)
    expect(feature?.shape).toEqual([12])
    expect(feature?.values.length).toBe(expected.length)
    for (const [at, value] of expected.entries()) {
      expect(Number(feature?.values[at])).toBeCloseTo(value, 4)
    }
    await words.close()
  })

  test('vectors of words are the means of their tokens, with the times of the words', async () => {
    const recipe = { kind: 'encoder', width: 12, longest: 50, step: 'word' } as const
    // Recipe `encoder` is as wide as the encoder.
    const named = await withResources(recipeNamed('encoder'), { textEncoder: folder })
    expect(named.text).toEqual({ ...recipe, longest: 512 })
    const words = await openWords(recipe, folder, { threads: 1 })
    const feature = await words.extract({ words: times('We', 'happyness.', 'so') })
    const rows = slow([2, 9, 5, 6, 7, 4, 3])
    const mean = (from: number, to: number) =>
      Array.from({ length: 12 }, (_, i) => {
        const some = rows.slice(from, to)
        return some.reduce((sum, row) => sum + (row[i] ?? NaN), 0) / some.length
      })
    const expected = [...mean(1, 2), ...mean(2, 5), ...mean(5, 6)]
    expect(Array.from(feature?.times ?? [])).toEqual([0.5, 1.5, 2.5])
    for (const [at, value] of expected.entries()) {
      expect(Number(feature?.values[at])).toBeCloseTo(value, 4)
    }
    expect(await words.extract({ text: ' ' })).toBeUndefined()
    await words.close()
  })
})

describe('a folder', () => {
  const { folder } = made('bert', '')

  test('gives tokens, each with its time', async () => {
    const words = await openWords({ kind: 'tokens', longest: 6 }, folder, { threads: 1 })
    const feature = await words.extract({ words: times('happyness', 'so', 'we', 'sad') })
    expect(Array.from(feature?.values ?? [], Number)).toEqual([2, 5, 6, 4, 9, 3])
    expect(Array.from(feature?.times ?? [])).toEqual([0, 0.25, 0.75, 1.5, 2.5, 4])
    const written = await words.extract({ text: 'So sad.', words: times('so', 'sad') })
    expect(Array.from(written?.values ?? [], Number)).toEqual([2, 4, 8, 7, 3])
    expect(written?.times).toBeUndefined()
  })

  test('of another width, of nothing, or of other pieces is refused', async () => {
    const other = { kind: 'encoder', width: 8, longest: 50, step: 'word' } as const
    await expect(openWords(other, folder, {})).rejects.toThrow(/another width/)
    expect(() => textEncoderFiles(home, 'tokens')).toThrow(/tokenizer\.json or vocab\.txt/)
    const files = {
      tokenizer: { tokenizer: wordPieceTokenizer([...vocabulary, 'more'].join('\n'), true, 'v') },
      config: configOf('bert'),
      weights: new Uint8Array(0),
    }
    await expect(openTextEncoder(nodeEngine, files, 'f')).rejects.toThrow(/does not fit/)
  })

  test('texts of a batch do not change each other, and the longest is cut', async () => {
    const { config, values } = made('bert', '')
    const encoder = await openTextEncoder(
      nodeEngine,
      {
        tokenizer: { tokenizer: wordPieceTokenizer(vocabulary.join('\n'), true, 'v') },
        config,
        weights: await readFileOf(folder),
      },
      'f',
    )
    const long = Array.from({ length: 20 }, () => 'sad')
    const [first, second, third] = await encoder.encode([long, ['so'], []])
    expect(first?.ids).toEqual([2, 8, 8, 8, 8, 8, 8, 8, 3])
    expect(third?.ids).toEqual([2, 3])
    const expected = encodeSlowly([2, 4, 3], { ...config, model_type: 'bert' }, values).flat()
    for (const [at, value] of expected.entries()) expect(second?.vectors[at]).toBeCloseTo(value, 4)
    await encoder.close()
  })
})

async function readFileOf(folder: string): Promise<Uint8Array> {
  const { readBytes } = await import('../../../src/disk/files.js')
  return readBytes(join(folder, 'model.safetensors'))
}

/** A published BERT, such as all-MiniLM-L6-v2, where its folder is named. */
const published = process.env.LIMBIC_TEST_BERT

describe.skipIf(!published)('a published BERT (LIMBIC_TEST_BERT)', () => {
  test('vectors are those of plain loops', async () => {
    const folder = published ?? ''
    const text = 'I really love this film, but the ending was unbelievably sad!'
    const { readJson } = await import('../../../src/disk/files.js')
    const raw = readJson(join(folder, 'config.json'))
    const config = textEncoderConfig(raw, folder)
    const recipe = {
      kind: 'encoder',
      width: config.hidden_size,
      longest: 64,
      step: 'token',
    } as const
    const words = await openWords(recipe, folder, { threads: 1 })
    const feature = await words.extract({ text })
    const tokenizer = openTokenizer({ tokenizer: readJson(join(folder, 'tokenizer.json')) }, folder)
    const { ids } = tokenizer.encode(text.split(' '))
    const { tensors } = readSafetensors(join(folder, 'model.safetensors'))
    const values = new Map(
      [...tensors].map(([name, { data }]) => [name, Float32Array.from(data, Number)]),
    )
    const expected = encodeSlowly(ids, config, values).flat()
    expect(feature?.values.length).toBe(expected.length)
    const apart = expected.map((value, at) => Math.abs(value - Number(feature?.values[at])))
    expect(Math.max(...apart)).toBeLessThan(1e-4)
    await words.close()
  }, 120_000)
})
