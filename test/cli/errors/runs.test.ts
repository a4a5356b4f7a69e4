import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { everythingIn, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { at, mistake, synthesise, train } from './commands.js'

beforeAll(async () => {
  await Promise.all([synthesise('corpus', '6,4,3'), synthesise('wide', '7,4,3')])
  await succeed(...train(at('corpus'), '--out', at('run')))
  await succeed(...train(at('corpus'), '--hidden', '5', '--out', at('other')))
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
