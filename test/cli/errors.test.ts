import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { everythingIn, limbic, mistakeOf, succeed } from '../support/command-line.js'
import { float32Array, RawInstructions, writePickle } from '../support/data/pickle-writer.js'
import { writeSequence } from '../support/data/sequence-files.js'
import { type MmsaChanges, mmsaSplit, noSamples, writeMmsa } from '../support/datasets.js'
import { temporaryPaths } from '../support/folders.js'
import { start } from '../support/running.js'

const at = temporaryPaths()

/** A pickle of three splits, of which that for training may have fields changed. */
const pickle = (name: string, train: MmsaChanges = {}) => writeMmsa(at(name), { train })

/** The one line about a command that fails, which must leave every file and folder as it was. */
async function mistake(...args: string[]): Promise<string> {
  const before = everythingIn(at())
  const line = mistakeOf(await limbic(args))
  expect(everythingIn(at())).toEqual(before)
  return line
}

const train = (data: string, ...more: string[]) => [
  ...[
    'train',
    'mmlatch',
    '--data',
    data,
    '--hidden',
    '4',
    '--epochs',
    '1',
    '--threads',
    '1',
    '--quiet',
  ],
  ...more,
]

beforeAll(async () => {
  const synth = (name: string, ...more: string[]) =>
    succeed('data', 'synth', '--out', at(name), '--aligned', '--samples', '24,8,8', ...more)
  await Promise.all([synth('corpus', '--widths', '6,4,3'), synth('wide', '--widths', '7,4,3')])
  await Promise.all([
    succeed(...train(at('corpus'), '--out', at('run'))),
    succeed(...train(at('corpus'), '--hidden', '5', '--out', at('other'))),
  ])
})

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

describe('a place that is taken or too small', () => {
  it('something that is no store is kept', async () => {
    mkdirSync(at('thesis'))
    writeFileSync(at('thesis', 'chapter.txt'), 'precious')
    const line = await mistake('data', 'convert', at('corpus'), '--out', at('thesis'))
    expect(line).toMatch(/thesis: a folder with something else is in the way/)
    const synth = await mistake('data', 'synth', '--out', at('thesis'))
    expect(synth).toMatch(/already exists|not empty|in the way/)
    const model = await mistake('export', at('run'), '--out', at('thesis', 'chapter.txt'))
    expect(model).toMatch(/chapter\.txt: the output path is a file that is not a model/)
    const run = await mistake(...train(at('corpus'), '--out', at('thesis')))
    expect(run).toMatch(/thesis: the folder contains something other than a run.*chapter\.txt/)
    expect(readFileSync(at('thesis', 'chapter.txt'), 'utf8')).toBe('precious')
  })

  it('the folder of another run is kept', async () => {
    const line = await mistake(...train(at('corpus'), '--hidden', '6', '--out', at('run')))
    expect(line).toMatch(
      /run: the folder contains another run: expected settings\.hidden 6, got settings\.hidden 4\. Choose/,
    )
    const other = ['train', 'mdre', '--data', at('corpus'), '--out', at('run'), '--quiet']
    expect(await mistake(...other)).toMatch(
      /expected model mdre, seed 0, got model mmlatch, seed 0/,
    )
  })

  it('a model beyond the memory of the machine is refused before anything is written', async () => {
    const line = await mistake(...train(at('corpus'), '--hidden', '3000000', '--out', at('huge')))
    expect(line).toMatch(
      /model mmlatch: the model is too large for the memory.*expected at most .* GB.*got [\d,]+ parameters/,
    )
  })

  const hasLimit = spawnSync('bash', ['-c', 'ulimit -f 1']).status === 0

  describe.skipIf(!hasLimit)('files may not grow (ulimit)', () => {
    it('converting leaves nothing', async () => {
      const before = everythingIn(at())
      const args = ['data', 'convert', at('corpus'), '--out', at('full')]
      expect(mistakeOf(await start(args, { largestFile: 4 }).ended)).toMatch(
        /full: the file would be larger than allowed/,
      )
      expect(everythingIn(at())).toEqual(before)
    })

    it('exporting leaves what was there', async () => {
      writeFileSync(at('old.onnx'), 'old')
      const before = everythingIn(at())
      const args = ['export', at('run'), '--out', at('old.onnx')]
      expect(mistakeOf(await start(args, { largestFile: 8 }).ended)).toMatch(
        /old\.onnx: the file would be larger than allowed/,
      )
      expect(readFileSync(at('old.onnx'), 'utf8')).toBe('old')
      expect(everythingIn(at())).toEqual(before)
    })

    it('training stops at the checkpoint, and goes on to the same bits when there is space', async () => {
      const args = train(at('corpus'), '--out', at('grown'))
      // The weights fit, the checkpoint, three times as large, does not.
      const line = mistakeOf(await start(args, { largestFile: 40 }).ended)
      expect(line).toMatch(/checkpoint\.safetensors: the file would be larger than allowed/)
      const left = everythingIn(at('grown'))
      expect(left.filter((path) => /checkpoint|partial|results/.test(path))).toEqual([])
      await succeed(...args)
      const weights = (name: string) => readFileSync(at(name, 'weights.safetensors'))
      expect(weights('grown').equals(weights('run'))).toBe(true)
    })
  })

  const mount = at('mount')
  const mountSmall = () =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'limbic-test', mount]).status === 0
  mkdirSync(mount)
  const mayMount = mountSmall()
  if (mayMount) spawnSync('umount', [mount])

  // Only an administrator may mount a disk of a few kilobytes.
  it.skipIf(!mayMount)('a disk that fills up', async () => {
    expect(mountSmall()).toBe(true)
    try {
      const full = async (...args: string[]) => {
        const line = mistakeOf(await limbic(args))
        expect(line).toMatch(/the disk is full/)
        return everythingIn(mount)
      }
      expect(await full('data', 'synth', '--out', join(mount, 'corpus'))).toEqual([])
      expect(await full('export', at('run'), '--out', join(mount, 'model.onnx'))).toEqual([])
      const left = await full(...train(at('corpus'), '--out', join(mount, 'run')))
      expect(left.filter((path) => /partial|results/.test(path))).toEqual([])
    } finally {
      spawnSync('umount', [mount])
    }
  })

  it.skipIf(process.getuid?.() === 0)('a folder without permission', async () => {
    mkdirSync(at('locked'))
    chmodSync(at('locked'), 0o500)
    for (const args of [
      ['data', 'convert', at('corpus'), '--out', at('locked', 'store')],
      ['export', at('run'), '--out', at('locked', 'model.onnx')],
      train(at('corpus'), '--out', at('locked', 'run')),
    ]) {
      expect(await mistake(...args)).toMatch(/locked.*permission denied/)
    }
  })
})

describe('a run that is not whole', () => {
  /** A copy of the run with one file changed. */
  function broken(name: string, file: string, change: (path: string) => void): string {
    cpSync(at('run'), at(name), { recursive: true })
    change(at(name, file))
    return at(name)
  }
  const commands = (run: string) => [
    ['eval', run, '--quiet'],
    ['export', run, '--out', at('broken.onnx')],
    ['explain', run, '--out', at('why')],
  ]
  async function allSay(run: string, says: RegExp) {
    const before = everythingIn(at())
    const outcomes = await Promise.all(commands(run).map((args) => limbic(args)))
    for (const outcome of outcomes) expect(mistakeOf(outcome)).toMatch(says)
    expect(everythingIn(at())).toEqual(before)
  }

  it('is no run at all', async () => {
    mkdirSync(at('links'))
    symlinkSync(at('nowhere'), at('links', 'nowhere'))
    await allSay(at('links'), /links: not a run folder/)
    await allSay(at('corpus'), /corpus: not a run folder/)
    await allSay(at('nowhere'), /nowhere: no such folder/)
  })

  it.each(['config.yaml', 'model.json', 'weights.safetensors', 'standardisation.safetensors'])(
    'has a damaged %s',
    async (file) => {
      const name = `damaged-${file}`
      const run = broken(name, file, (path) => {
        const bytes = readFileSync(path)
        writeFileSync(path, Buffer.concat([Buffer.from('{['), bytes.subarray(0, bytes.length / 2)]))
      })
      await allSay(run, new RegExp(`${name}/${file}`.replaceAll('.', '\\.')))
    },
  )

  it.each(['model.json', 'weights.safetensors', 'standardisation.safetensors'])(
    'has lost %s',
    async (file) => {
      const run = broken(`lost-${file}`, file, (path) => rmSync(path))
      const says = `lost-${file}/${file}: (a file of the run is missing: .* train again|the feature statistics are missing)`
      await allSay(run, new RegExp(says.replaceAll('.json', '\\.json')))
    },
  )

  it('has the weights of another model', async () => {
    const run = broken('mixed', 'weights.safetensors', (path) =>
      copyFileSync(at('other', 'weights.safetensors'), path),
    )
    await allSay(run, /mixed\/weights\.safetensors.*differ from those of the recorded results/)
  })

  it('has an unknown key or model in its configuration', async () => {
    const change = (from: string | RegExp, to: string) => (path: string) =>
      writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
    const key = broken('key', 'config.yaml', change('seed:', 'sead:'))
    await allSay(key, /config\.yaml.*unknown key "sead".*Did you mean "seed"/)
    const model = broken('model', 'config.yaml', change('model: mmlatch', 'model: mmlach'))
    await allSay(model, /mmlach/)
  })

  it.each([
    [
      'of another model',
      () => readFileSync(at('other', 'checkpoint.safetensors')),
      /another model/,
    ],
    ['cut short', () => readFileSync(at('run', 'checkpoint.safetensors')).subarray(0, 900), /./],
  ])('has a checkpoint %s', async (what, content, says) => {
    const run = broken(`checkpoint ${what}`, 'checkpoint.safetensors', (path) =>
      writeFileSync(path, content()),
    )
    rmSync(join(run, 'results.json'))
    const line = await mistake('train', '--resume', run, '--quiet')
    expect(line).toMatch(/checkpoint\.safetensors/)
    expect(line).toMatch(says)
  })

  it('was trained on other features', async () => {
    const says = /text.*expected 6.*got 7/
    expect(await mistake('eval', at('run'), '--quiet', '--data', at('wide'))).toMatch(says)
    const out = ['--out', at('why')]
    expect(await mistake('explain', at('run'), '--data', at('wide'), ...out)).toMatch(says)
  })

  it('is asked for a sample that is not there', async () => {
    const line = await mistake('explain', at('run'), '--sample', 'nobody', '--out', at('why'))
    expect(line).toMatch(/split test: unknown sample "nobody"/)
  })
})

describe('a command line that is wrong', () => {
  it.each([
    ['an unknown command', ['exprot'], /exprot/],
    ['an unknown option', ['export', 'run', '--out', 'x.onnx', '--mpas'], /--mpas/],
    ['a missing option', ['data', 'convert', 'x.pkl'], /--out/],
    ['a missing argument', ['export', '--out', 'x.onnx'], /run/],
    ['an unknown choice', ['explain', 'run', '--split', 'tset'], /tset.*train, valid, test/],
    ['too few numbers', ['data', 'synth', '--out', 'x', '--widths', '3,4'], /--widths.*3 numbers/],
    ['no number', ['data', 'synth', '--out', 'x', '--noise', 'much'], /--noise.*number/],
    [
      'a number out of range',
      ['data', 'synth', '--out', 'x', '--sarcasm', '2'],
      /sarcasm.*at most 1/,
    ],
  ])('%s', async (_, args, says) => {
    expect(mistakeOf(await limbic(args, { cwd: at() }))).toMatch(says)
  })
})
