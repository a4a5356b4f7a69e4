import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

/** A file that configures a tiny run. */
function configured(): string {
  writeFileSync(
    at('run.yaml'),
    [
      'model: mmlatch',
      'settings: { hidden: 5, modalities: [text] }',
      'data: { path: synthetic, synthetic: { train: 20, valid: 8, test: 8 } }',
      'training: { epochs: 1, batchSize: 10 }',
      'seed: 7',
    ].join('\n'),
  )
  return at('run.yaml')
}

describe('a configuration file', () => {
  test('says what flags say, and flags win', async () => {
    const { status } = await limbic([
      ...['train', '--config', configured(), '--hidden', '3', '--epochs', '2'],
      ...['--out', at('configured'), '--quiet'],
    ])
    expect(status).toBe(0)
    const kept = readFileSync(at('configured', 'config.yaml'), 'utf8')
    expect(kept).toMatch(/hidden: 3/)
    expect(kept).toMatch(/epochs: 2/)
    expect(kept).toMatch(/batchSize: 10/)
    expect(kept).toMatch(/seed: 7/)
    expect(kept).toMatch(/dropout: 0\.2/)
    expect(kept).toMatch(/modalities:\s+- text\n(?!\s+- audio)/)
  })

  test.each([
    ['training: { epoch: 3 }', /unknown key "training\.epoch"\. Did you mean "epochs"\?/],
    ['settings: { hiden: 3 }', /unknown key "hiden"\. Did you mean "hidden"\?/],
    ['model: mmlach', /unknown model "mmlach"\. Did you mean "mmlatch"\?/],
    ['training: { epochs: 0 }', /training\.epochs.*got 0/],
    ['- a list', /must be a mapping/],
    ['a: [', /invalid YAML/],
    ['\u0001\u0002: [\u0003', /wrong\.yaml: invalid YAML: got [ -~]*$/],
    ['model: {name: mmlatch}', /wrong\.yaml, model: is invalid: expected a string, got/],
  ])('that says "%s" is refused', async (content, says) => {
    writeFileSync(at('wrong.yaml'), content)
    const out = at('never')
    const line = mistakeOf(
      await limbic([
        ...['train', ...(content.startsWith('model') ? [] : ['mmlatch'])],
        ...['--config', at('wrong.yaml'), '--data', 'synthetic', '--out', out],
      ]),
    )
    expect(line).toMatch(says)
    expect(existsSync(out)).toBe(false)
  })
})

describe('a mistaken command line', () => {
  test.each([
    [['trian'], /unknown command 'trian'.*Did you mean train\?/],
    [['train', 'mmlach'], /unknown model "mmlach"\. Did you mean "mmlatch"\?/],
    [['train', 'mmlatch', '--batchsize', '3'], /unknown option '--batchsize'.*--batch-size\?/],
    [['train', 'mmlatch', '--hiden', '3'], /unknown option '--hiden'.*--hidden\?/],
    [['train', 'mmlatch', '--epochs', 'x'], /--epochs: .*got "x"/],
    [['train', 'mmlatch', '--epochs', '2.5'], /--epochs: .*got 2\.5/],
    [['train', 'mmlatch', '--feedback', 'lstn'], /--feedback: .*"lstm".*got "lstn"/],
    [['train', 'mmlatch', '--modalities', 'text,smell'], /--modalities, 1: /],
    [['train', 'mmlatch'], /no data given.*--data PATH/],
    [['train', '--data', 'synthetic'], /no model given/],
    [['train', 'mmlatch', '--data', 'synthetic', '--seeds', '0'], /--seeds: .*from 1 on, got "0"/],
    [
      ['train', 'mmlatch', '--data', 'synthetic', '--seeds', '1e9'],
      /--seeds: .*from 1 to 10000, got "1e9"/,
    ],
    [['train', 'mmlatch', '--data', 'synthetic', '--workers', '0'], /--workers: .*from 1 on/],
    [['train', 'mmlatch', '--data', ''], /--data: .*expected at least 1 letter, got ""/],
    [['train', '--resume', 'nowhere'], /nowhere: no such folder/],
    [['train', 'mmlatch', '--resume', 'nowhere'], /--resume: .*got mmlatch/],
  ])('%j is told in one line', async (args, says) => {
    expect(mistakeOf(await limbic(args, { cwd: at() }))).toMatch(says)
  })
})

describe('a folder that is in the way', () => {
  test('with a damaged run is told in one line', async () => {
    await succeed(
      'train',
      '--config',
      configured(),
      '--epochs',
      '1',
      '--quiet',
      '--out',
      at('damaged'),
    )
    writeFileSync(at('damaged', 'results.json'), '{"bestEpoch": ')
    const line = mistakeOf(await limbic(['train', '--resume', at('damaged'), '--quiet']))
    expect(line).toMatch(/damaged.results\.json: is not valid JSON: got/)
  })

  test('with something else is not touched by the demo', async () => {
    mkdirSync(at('taken', 'text'), { recursive: true })
    writeFileSync(at('taken', 'text', 'poem.txt'), 'of value')
    const line = mistakeOf(await limbic(['demo', '--out', at('taken'), '--fresh']))
    expect(line).toMatch(/taken.text: the folder contains something else/)
    expect(readFileSync(at('taken', 'text', 'poem.txt'), 'utf8')).toBe('of value')
  })
})
