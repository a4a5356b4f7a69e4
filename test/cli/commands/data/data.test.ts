import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../../../src/data/index.js'
import { writeSafetensors } from '../../../../src/formats/safetensors/index.js'
import { limbic, succeed } from '../../../support/command-line.js'
import { float32Array } from '../../../support/data/pickle-writer.js'
import { plainSplit, writeMmsa } from '../../../support/datasets.js'
import { sharedPath, temporaryPaths } from '../../../support/folders.js'

const at = temporaryPaths()

const holes = {
  audio: float32Array([3, 4, 1], [1, Number.NaN, 3, 4, 5, 0, 0, 0, 6, 1 / 0, 0, 0]),
}

async function inspect(...args: string[]) {
  return JSON.parse(await succeed('data', 'inspect', '--json', ...args)) as {
    splits: readonly Record<string, unknown>[]
    [name: string]: unknown
  }
}

describe('limbic data inspect', () => {
  it('counts what a data set holds, invalid numbers too', async () => {
    const { splits, ...whole } = await inspect(writeMmsa(at('holes.pkl'), { train: holes }))
    expect(whole).toMatchObject({ name: 'holes', synthetic: false, aligned: false })
    expect(splits[0]).toEqual({
      split: 'train',
      samples: 3,
      rawText: true,
      sequences: [
        {
          modality: 'text',
          width: 2,
          steps: 6,
          lengths: { min: 1, median: 2, max: 3 },
          invalid: 0,
        },
        {
          modality: 'audio',
          width: 1,
          steps: 7,
          lengths: { min: 1, median: 2, max: 4 },
          invalid: 2,
        },
      ],
      sentiment: {
        min: -1,
        median: 0.5,
        max: 3,
        // A half is rounded to even.
        classes: ['neg++', 'neg+', 'neg', 'neu', 'pos', 'pos+', 'pos++'].map((label, place) => ({
          label,
          count: [0, 0, 1, 1, 0, 0, 1][place],
        })),
      },
      classes: [
        { label: 'Negative', count: 1 },
        { label: 'Neutral', count: 0 },
        { label: 'Positive', count: 2 },
      ],
    })
    const text = await succeed('data', 'inspect', at('holes.pkl'))
    expect(text).toMatch(/audio +1 +7 +1 +2 +4 +2\n/)
    expect(text).toMatch(/--invalid zero/)
  })

  it('counts speakers and shows prosody, where there are any', async () => {
    const out = at('spoken')
    await succeed(
      ...['data', 'synth', '--out', out, '--preset', 'iemocap', '--prosody', '5'],
      ...['--samples', '40,20,20', '--words', '2,4'],
    )
    const { splits, classNames } = await inspect(out)
    expect(classNames).toHaveLength(7)
    expect(splits.map(({ speakers, prosody }) => ({ speakers, prosody }))).toEqual([
      { speakers: { count: 2, shared: 0 }, prosody: { width: 5, invalid: 0 } },
      { speakers: { count: 1, shared: 0 }, prosody: { width: 5, invalid: 0 } },
      { speakers: { count: 1, shared: 0 }, prosody: { width: 5, invalid: 0 } },
    ])
    const text = await succeed('data', 'inspect', out)
    expect(text).toMatch(/Split +Speakers +Also in earlier splits +Prosody +Invalid\n/)
    expect(text).toMatch(/train +2 +0 +5 +0\n/)
    expect(text).toMatch(/Classes +angry +excited/)
  })

  it('lists the tensors of a safetensors file', async () => {
    const tensor = { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) } as const
    writeSafetensors(at('two.safetensors'), new Map([['w', tensor]]), { model: 'mine' })
    expect(await inspect(at('two.safetensors'))).toMatchObject({
      tensors: [{ name: 'w', type: 'F32', shape: [2, 3], numbers: 6 }],
      metadata: { model: 'mine' },
    })
  })
})

describe('limbic data convert', () => {
  it('writes a store that holds the same, and says how large', async () => {
    const path = writeMmsa(at('plain.pkl'))
    const said = JSON.parse(await succeed('data', 'convert', path, '--out', at('store'), '--json'))
    expect(said).toMatchObject({ samples: [3, 3, 3] })
    expect(said.bytes).toBeGreaterThan(500)
    const [before, after] = [await openDataset(path), await openDataset(at('store'))]
    expect(plainSplit(after.splits.train)).toEqual(plainSplit(before.splits.train))
    before.close()
  })

  it('replaces invalid numbers where that is wished, and says how many', async () => {
    const path = writeMmsa(at('mended.pkl'), { train: holes })
    const args = ['data', 'convert', path, '--out', at('mended'), '--invalid', 'replace']
    const { status, stderr } = await limbic(args)
    expect(status).toBe(0)
    expect(stderr).toContain('train: 2 invalid numbers of audio read as 0')
    const { splits } = await inspect(at('mended'))
    expect(splits[0]?.sequences).toMatchObject([{ invalid: 0 }, { invalid: 0 }])
  })

  it('reads a modality under the name that the file has for it', async () => {
    const visual = float32Array([3, 2, 1], [1, 2, 3, 4, 5, 6])
    const changed = { visual }
    const path = writeMmsa(at('visual.pkl'), { train: changed, valid: changed, test: changed })
    const args = ['--out', at('visual'), '--names', 'vision=visual', '--quiet']
    await succeed('data', 'convert', path, ...args)
    const dataset = await openDataset(at('visual'))
    expect(Object.keys(dataset.splits.train.features)).toEqual(['text', 'audio', 'vision'])
  })

  it('replaces what is no store only by force, and never the folder one is in', async () => {
    const path = writeMmsa(at('forced.pkl'))
    writeFileSync(at('taken'), 'something')
    const args = ['data', 'convert', path, '--out', at('taken')]
    expect((await limbic(args)).status).toBe(2)
    expect((await limbic([...args, '--force'])).status).toBe(0)
    const store = await openDataset(at('taken'))
    store.close()
    const here = await limbic(['data', 'convert', path, '--out', '.', '--force'], { cwd: at() })
    expect(here.stderr).toMatch(/cannot replace the current folder/)
  })
})

describe('limbic data convert --glove', () => {
  it('makes a store of the words said, on which a run is trained and predicts', async () => {
    const vectors = Array.from({ length: 300 }, (_, index) => `w${index} ${index / 300} 1\n`)
    writeFileSync(at('vectors.txt'), `${vectors.join('')}Hello 0.25 -1\n`)
    const data = writeMmsa(at('said.pkl'), { train: { raw_text: ['hello', 'Hello w7', ''] } })
    const convert = ['data', 'convert', data, '--out', at('said'), '--glove']
    const { stderr } = await limbic([...convert, at('vectors.txt')])
    expect(stderr).toMatch(
      /text is the words of the transcripts, as vectors of vectors\.txt: \d+ of/,
    )
    const store = await openDataset(at('said'))
    const { text } = store.splits.train.features
    expect([text?.width, ...(text?.lengths ?? [])]).toEqual([2, 1, 2, 1])
    const row = new Float32Array(4)
    text?.read(1, row, 0)
    expect([...row]).toEqual([0.25, -1, Math.fround(7 / 300), 1])
    const { notes } = store
    store.close()
    const run = ['--modalities', 'text', '--epochs', '1', '--threads', '1', '--quiet']
    await succeed('train', 'mmlatch', '--data', at('said'), ...run, '--out', at('said-run'))
    const kept = readFileSync(at('said-run', 'model.json'), 'utf8')
    expect(JSON.parse(kept).dataset.notes).toEqual(notes)
    expect(await succeed('predict', at('said-run'), at('said'))).toMatch(/prediction/)
    const missing = await limbic([...convert, at('nowhere.txt')])
    expect(missing.stderr).toMatch(/^limbic: .*nowhere\.txt: no such file/)
    expect(missing.status).toBe(2)
  })
})

describe('limbic data synth', () => {
  it('makes what training generates of the same options', async () => {
    const effects = (prefix: string) =>
      ['train 24', 'valid 8', 'test 9', 'sarcasm 0.5', 'seed 3'].flatMap((option) => {
        const [name, value = ''] = option.split(' ')
        return [`--${prefix}${name}`, value]
      })
    await succeed('data', 'synth', '--out', at('alike'), '--aligned', ...effects(''))
    const rest = ['--epochs', '1', '--hidden', '4', '--threads', '1', '--quiet', '--out']
    await Promise.all([
      succeed('train', 'mmlatch', '--data', at('alike'), ...rest, at('alike-stored')),
      succeed(
        ...['train', 'mmlatch', '--data', 'synthetic', ...effects('synthetic-')],
        ...[...rest, at('alike-made')],
      ),
    ])
    const told = ['stored', 'made'].map((name) =>
      readFileSync(at(`alike-${name}`, 'predictions.test.jsonl'), 'utf8'),
    )
    expect(told[0]?.split('\n')).toHaveLength(10)
    expect(told[0]).toBe(told[1])
  })

  it('gives the same corpus for the same options, called synthetic', async () => {
    const synth = (name: string, seed: string) =>
      succeed(
        ...['data', 'synth', '--out', at(name), '--seed', seed, '--aligned', '--sarcasm', '0'],
        ...['--samples', '6,3,3', '--widths', '4,3,2', '--words', '3,5'],
      )
    const said = await synth('one', '5')
    expect(said).toMatch(/Synthetic data, generated with seed 5/)
    expect(said).toMatch(/Sarcasm: none/)
    await Promise.all([synth('same', '5'), synth('other', '6')])
    const [one, same, other] = await Promise.all(
      ['one', 'same', 'other'].map((name) => openDataset(at(name))),
    )
    expect(one?.synthetic).toBe(true)
    const plain = (dataset: typeof one) => dataset && plainSplit(dataset.splits.train)
    expect(plain(same)).toEqual(plain(one))
    expect(plain(other)).not.toEqual(plain(one))
  })
})

const golden = sharedPath('golden', 'align')

describe.skipIf(!golden)('limbic data align (reference sequences in ../shared)', () => {
  it('puts sequences together and counts them', async () => {
    const file = (name: string) => join(golden ?? '', `${name}.csd`)
    const videos = (await inspect(file('labels'))) as unknown as { videos: number }
    expect(videos.videos).toBe(3)
    const words = (await inspect(file('words'))) as { firstVideo?: { id: string } }
    expect(words.firstVideo?.id).toBe('vid-B_2')
    const ids = await videoIds(file('labels'))
    const split = { train: [ids[0]], valid: [ids[1]], test: [ids[2]] }
    writeFileSync(at('split.json'), JSON.stringify(split))
    const args = [
      ...['data', 'align', '--text', file('text'), '--audio', file('audio')],
      ...['--vision', file('vision'), '--words', file('words'), '--labels', file('labels')],
      ...['--split', at('split.json'), '--out', at('aligned')],
    ]
    const said = await succeed(...args)
    expect(said).toMatch(/train: \d segments, \d+ words\n/)
    const kept = await inspect(at('aligned'))
    expect(kept).toMatchObject({ aligned: true })
    await succeed(...args, '--pauses', 'remove', '--name', 'without pauses')
    const removed = await inspect(at('aligned'))
    expect(removed.name).toBe('without pauses')
    const steps = (summary: typeof kept) =>
      summary.splits
        .flatMap(({ sequences }) => sequences as { steps: number }[])
        .reduce((sum, sequence) => sum + sequence.steps, 0)
    expect(steps(removed)).toBeLessThan(steps(kept))
  })
})

async function videoIds(path: string): Promise<string[]> {
  const { openComputationalSequence } = await import('../../../../src/data/index.js')
  const sequence = await openComputationalSequence(path)
  const ids = [...sequence.entries.keys()]
  sequence.close()
  return ids
}
