/** FE2E and MESM on recordings: what `limbic explain` shows of a data set's samples, and of a clip. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasFfmpeg, runFfmpeg } from '../../support/clips.js'
import { limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { textsOf } from '../../support/report/charts.js'

const at = temporaryPaths()
const said = 'so we are happy , and sad .'
const words = ['--words', at('said.txt'), '--text-encoder', at('words')]
const sizes = [
  ...['--channels', '2,2,2,2,2,3', '--flatten-width', '3', '--width', '4', '--heads', '2'],
  ...['--layers', '2', '--feed-forward', '5', '--vocabulary', '20', '--text-embedding', '3'],
  ...['--text-width', '4', '--text-heads', '2', '--text-layers', '1', '--sound', 'log'],
  ...['--epochs', '1', '--threads', '1', '--quiet'],
]
const read = (...parts: string[]) => readFileSync(at(...parts), 'utf8')

describe.skipIf(!hasFfmpeg)('limbic explain, of models of recordings (needs ffmpeg)', () => {
  beforeAll(async () => {
    mkdirSync(at('words'))
    mkdirSync(at('clips'))
    writeFileSync(at('said.txt'), said)
    const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...new Set(said.split(' '))]
    writeFileSync(at('words', 'vocab.txt'), pieces.join('\n'))
    const splits = ['train', 'train', 'valid', 'valid', 'test', 'test']
    const rows = splits.map((split, place) => {
      const emotion = ['angry', 'happy'][place % 2]
      runFfmpeg(
        ...['-f', 'lavfi', '-i', `testsrc2=s=64x64:r=10:d=1.2`],
        ...['-f', 'lavfi', '-i', `sine=f=${300 + 100 * place}:r=16000:d=1.2`],
        ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'flac', at('clips', `${place}.mkv`)],
      )
      return `${place}.mkv,${emotion},"${said}",${split}`
    })
    writeFileSync(at('clips', 'manifest.csv'), ['path,emotion,words,split', ...rows].join('\n'))
    await succeed(
      ...['data', 'extract', at('clips'), '--recipe', 'mesm', '--text-encoder', at('words')],
      ...['--out', at('store'), '--workers', '2', '--quiet'],
    )
    for (const model of ['fe2e', 'mesm']) {
      const share = model === 'mesm' ? ['--share', '0.6'] : []
      await succeed('train', model, '--data', at('store'), ...sizes, ...share, '--out', at(model))
    }
  })

  test('MESM: what each layer selects, for samples and on average by class', async () => {
    const told = await succeed('explain', at('mesm'), '--out', at('samples'))
    expect(told).toMatch(/Vision: the share of all positions that each layer selects/)
    const page = read('samples', 'explanation.html')
    expect(page).toContain('<h2>Faces and sound</h2>')
    expect(page).not.toContain('<video')
    const svg = read('samples', 'pictures-4-vision.svg')
    for (const layer of [1, 2, 3]) {
      expect(svg).toContain(`>selected, layer ${layer}</text>`)
      expect(svg).toContain(`>attention, layer ${layer}</text>`)
    }
    expect(svg).toContain('>class token, layer 2</text>')
    const means: unknown = JSON.parse(read('samples', 'positions.json'))
    expect(means).toMatchObject([
      {
        sequence: 'audio',
        classNames: ['angry', 'happy'],
        classes: [{ pictures: 4 }, { pictures: 4 }],
      },
      { sequence: 'vision', classes: [{ layers: [{ rows: 24 }, { rows: 12 }, { rows: 6 }] }, {}] },
    ])
  })

  test('FE2E: the pictures, and what its transformers attend to', async () => {
    await succeed('explain', at('fe2e'), '--out', at('dense'), '--quiet')
    const svg = read('dense', 'pictures-4-audio.svg')
    expect(svg).toContain('>spectrogram</text>')
    expect(svg).toContain('>class token, layer 1</text>')
    expect(svg).not.toContain('selected')
    expect(read('dense', 'explanation.html')).toContain('computes every position of every picture')
  })

  test('a clip: its maps over its seconds, under a cursor that follows the clip', async () => {
    const clip = at('clips', '5.mkv')
    const told = await succeed('explain', at('mesm'), clip, ...words, '--out', at('why'), '--json')
    const { samples } = JSON.parse(told)
    expect(samples).toMatchObject([{ id: '5.mkv', truth: 'not known' }])
    const page = read('why', 'explanation.html')
    expect(page).toContain('<video class="player"')
    expect(page).toContain('src="../clips/5.mkv"')
    expect(page).toContain('1 recording; trained on')
    const svg = read('why', 'pictures-5-mkv-audio.svg')
    // Four chunks of 400 ms, the last of which is mostly padding.
    const [, seconds] = /class="cursor"[^>]*data-duration="([\d.]+)"/.exec(svg) ?? []
    expect(Number(seconds)).toBeCloseTo(1.6, 6)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['0.0', '0.4', '0.8', '1.2', 'Seconds']))
  })

  test('what applies to one of both alone is refused with the other', async () => {
    const mixed = await limbic(['explain', at('mesm'), at('clips', '5.mkv'), '--sample', '4'])
    expect(mistakeOf(mixed)).toMatch(/--sample: recordings are explained in place of samples/)
    const none = await limbic(['explain', at('mesm'), '--words', at('said.txt')])
    expect(mistakeOf(none)).toMatch(/--words: this option applies only to recordings/)
  })
})
