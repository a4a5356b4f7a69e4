import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { float32Array, RawInstructions, writePickle } from '../../support/data/pickle-writer.js'
import { writeSequence } from '../../support/data/sequence-files.js'
import { type MmsaChanges, mmsaSplit, noSamples, writeMmsa } from '../../support/datasets.js'
import { at, mistake, synthesise, train } from './commands.js'

/** A pickle of three splits, of which that for training may have fields changed. */
const pickle = (name: string, train: MmsaChanges = {}) => writeMmsa(at(name), { train })

beforeAll(() => synthesise('corpus', '6,4,3'))

describe('data that are wrong', () => {
  const cases: readonly (readonly [what: string, make: () => string, says: RegExp])[] = [
    [
      'a file that is not there',
      () => at('nowhere.pkl'),
      /nowhere\.pkl: no such file or folder\. Check the path$/,
    ],
    [
      'a pickle that was cut short',
      () => {
        const path = pickle('short.pkl')
        truncateSync(path, 700)
        return path
      },
      /short\.pkl, byte \d+: .*(cut short|ends)/,
    ],
    [
      'a pickle that calls a function',
      () => {
        const call = Buffer.from('cos\nsystem\n\x8c\x04true\x85R', 'latin1')
        return pickle('call.pkl', { id: new RawInstructions(call) })
      },
      /call\.pkl, byte \d+: .*os\.system/,
    ],
    [
      'text in the place of a pickle',
      () => {
        writeFileSync(at('text.pkl'), 'hello')
        return at('text.pkl')
      },
      /text\.pkl: this is not a data set: .*, got plain text/,
    ],
    [
      'a split that is missing',
      () => {
        writeFileSync(at('two.pkl'), writePickle(new Map([['train', mmsaSplit()]])))
        return at('two.pkl')
      },
      /two\.pkl: no split called "valid": got only train\. Say what the file calls it with --names valid=NAME, or divide/,
    ],
    [
      'lengths beyond the array',
      () => pickle('long.pkl', { text_lengths: [2, 9, 1] }),
      /split train, text_lengths, row 1: length out of range: expected .* 0 to 3.*, got 9/,
    ],
    [
      'an empty split',
      () => writeMmsa(at('empty.pkl'), { valid: noSamples }),
      /empty\.pkl, split valid: the split has no samples/,
    ],
    [
      'labels out of range',
      () => pickle('labels.pkl', { regression_labels: float32Array([3], [-1, 4.5, 3]) }),
      /split train, row 1 \(b\): sentiment out of range: expected .* -3 to 3, got 4\.5/,
    ],
    [
      'labels of another number',
      () => pickle('fewer.pkl', { regression_labels: float32Array([2], [-1, 3]) }),
      /split train: sentiment and ids differ in number: expected 3 samples, got 2/,
    ],
  ]

  it.each(cases)('%s', async (_, make, says) => {
    const path = make()
    expect(await mistake('data', 'convert', path, '--out', at('converted'))).toMatch(says)
  })

  it('are refused by train in the same words', async () => {
    const path = pickle('again.pkl', { text_lengths: [2, 9, 1] })
    const line = await mistake(...train(path, '--out', at('never')))
    expect(line).toMatch(/text_lengths, row 1: length out of range/)
  })

  it('a modality that nobody knows, or that the file calls otherwise', async () => {
    const path = pickle('named.pkl')
    const convert = (names: string) =>
      mistake('data', 'convert', path, '--out', at('converted'), '--names', names)
    expect(await convert('visoin=audio')).toMatch(/--names.*visoin.*Did you mean "vision"/)
    expect(await convert('vision=visual')).toMatch(/no field for vision called "visual"/)
  })

  it('one computational sequence where a data set is wanted', async () => {
    const path = await writeSequence(at('lonely.csd'), 'lonely', {
      v: {
        features: [[1], [2]],
        intervals: [
          [0, 1],
          [1, 2],
        ],
      },
    })
    const line = await mistake(...train(path, '--out', at('never')))
    expect(line).toMatch(/lonely\.csd: .*one computational sequence.*limbic data align/)
  })

  it('a damaged sequence, and labels that are not there', async () => {
    const rows = {
      features: [[1], [2]],
      intervals: [
        [0, 1],
        [1, 2],
      ],
    }
    const whole = await writeSequence(at('labels.csd'), 'labels', { v: rows })
    const damaged = await writeSequence(at('damaged.csd'), 'damaged', { v: rows })
    truncateSync(damaged, 900)
    writeFileSync(at('split.json'), '{"train": ["v"], "valid": [], "test": []}')
    const align = (text: string, labels: string) =>
      mistake(
        ...['data', 'align', '--text', text, '--labels', labels],
        ...['--split', at('split.json'), '--out', at('aligned')],
      )
    expect(await align(damaged, whole)).toMatch(
      /damaged\.csd.*cut short \(900 of \d+ bytes are there\)/,
    )
    expect(await align(whole, at('nowhere.csd'))).toMatch(/nowhere\.csd: no such file/)
    expect(await align(whole, whole)).toMatch(/split\.json: no segments left for valid/)
  })

  it('a store with a file cut short, and one with NaN', async () => {
    const damaged = (name: string, change: (path: string) => void) => {
      cpSync(at('corpus'), at(name), { recursive: true })
      change(at(name, 'train.text.npy'))
      return mistake(...train(at(name), '--out', at('never'), '--invalid', 'refuse'))
    }
    const cut = await damaged('cut', (path) => truncateSync(path, 400))
    expect(cut).toMatch(/train\.text\.npy.*(cut short|shorter|ends|bytes)/)
    const hole = await damaged('hole', (path) => {
      const bytes = readFileSync(path)
      bytes.writeFloatLE(Number.NaN, bytes.length - 4)
      writeFileSync(path, bytes)
    })
    expect(hole).toMatch(/split train, text, row 23 .*got NaN/)
    const manifest = await damaged('manifest', (path) => {
      writeFileSync(join(path, '../manifest.json'), '{"format": "limbic-dataset"')
    })
    expect(manifest).toMatch(/manifest\.json: is not valid JSON/)
  })
})
