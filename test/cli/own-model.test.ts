import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { limbic, mistakeOf, succeed } from '../support/command-line.js'
import { temporaryPaths } from '../support/folders.js'

const root = resolve(import.meta.dirname, '../..')
const example = join(root, 'examples/gated-fusion.mjs')
const at = temporaryPaths()
const few = ['--synthetic-train', '40', '--synthetic-valid', '12', '--synthetic-test', '12']

describe("a model of one's own", () => {
  test('stands in the guide as it is, in fewer than 80 lines', () => {
    const guide = readFileSync(join(root, 'docs/own-model.md'), 'utf8')
    const [, code] = /```js\n([\s\S]*?)```/.exec(guide) ?? []
    expect(code).toBe(readFileSync(example, 'utf8'))
    expect(code?.trimEnd().split('\n').length).toBeLessThan(80)
  })

  test('trains, resumes, is evaluated, compared, explained and exported like any other', async () => {
    const train = (out: string, ...more: string[]) =>
      succeed(
        ...['train', example, '--data', 'synthetic', ...few, '--hidden', '4', '--epochs', '2'],
        ...['--threads', '1', '--quiet', '--seeds', '2', '--out', at(out), ...more],
      )
    expect(await succeed('models', example)).toMatch(/gated-fusion[\s\S]*hidden[\s\S]*32/)
    await Promise.all([train('gated'), train('words', '--modalities', 'text')])
    expect(await train('gated')).toContain(`Results: ${at('gated')}`)
    expect(await succeed('eval', at('gated'))).toMatch(/MAE/)
    await succeed('compare', at('gated'), at('words'), '--out', at('comparison'))
    expect(readFileSync(join(at('comparison'), 'report.html'), 'utf8')).toContain('gated')
    expect(await succeed('explain', at('gated'), '--out', at('explanation'))).toMatch(
      /why sentiment, .*: .* for an average input, text .*, audio .*, vision /,
    )
    await succeed('export', at('gated'), '--out', at('gated.onnx'), '--maps')
    const sample = {
      id: 'one',
      text: [Array(32).fill(0.5), Array(32).fill(-1)],
      audio: [Array(16).fill(1)],
      vision: [Array(12).fill(0)],
    }
    writeFileSync(at('samples.jsonl'), `${JSON.stringify(sample)}\n`)
    const answers = await Promise.all(
      [at('gated'), at('gated.onnx')].map((model) =>
        succeed('predict', model, at('samples.jsonl')),
      ),
    )
    const [own, exported] = answers.map((line) => JSON.parse(line).prediction as number)
    expect(exported).toBeCloseTo(own ?? Number.NaN, 5)
  })

  test('that is missing, broken or none is a mistake in one line', async () => {
    const mistake = async (name: string, content?: string) => {
      if (content !== undefined) writeFileSync(at(name), content)
      return mistakeOf(await limbic(['train', at(name), '--data', 'synthetic']))
    }
    expect(await mistake('missing.mjs')).toMatch(/missing\.mjs: no such file/)
    expect(await mistake('none.mjs', 'export default 3\n')).toMatch(
      /the module does not export a model/,
    )
    expect(await mistake('broken.mjs', 'export default nothing\n')).toMatch(
      /the module failed: got nothing is not defined/,
    )
  })

  test('that fails while it is built is told with its line', async () => {
    const code = readFileSync(example, 'utf8')
    const line = code.split('\n').findIndex((text) => text.includes('const head = ')) + 1
    const place = (_: string, room: string) =>
      `'${pathToFileURL(join(root, 'dist', room, 'index.js')).href}'`
    const built = async (name: string, from: string, to: string) => {
      expect(code).toContain(from)
      writeFileSync(at(name), code.replace(from, to).replace(/'limbic\/(\w+)'/g, place))
      return mistakeOf(await limbic(['models', at(name)]))
    }
    expect(await built('failing.mjs', 'const head = linear', 'const head = lineal')).toContain(
      `failing.mjs, line ${line}: lineal is not defined`,
    )
    expect(await built('misshapen.mjs', 'units: 1 }', 'units: 2 }')).toMatch(
      /misshapen\.mjs, line \d+: operator squeeze.*expected size 1 at axis 1/,
    )
  })

  test('that gives something else than a prediction is told what to give', async () => {
    const room = (name: string) => `'${pathToFileURL(join(root, 'dist', name, 'index.js')).href}'`
    const mistake = async (build: string, ...without: string[]) => {
      const definition = Object.entries({
        name: "'own'",
        title: "'own'",
        source: "'a test'",
        aligned: 'false',
        settings: 'z.strictObject({})',
        requires: "() => ['text']",
        build,
      }).flatMap(([key, value]) => (without.includes(key) ? [] : `${key}: ${value}`))
      const file = at(`own-${number++}.mjs`)
      writeFileSync(
        file,
        `import { defineModel, z } from ${room('models')}
import { lastStep, linear } from ${room('nn')}
export default defineModel({ ${definition.join(', ')} })\n`,
      )
      return limbic([
        'train',
        file,
        '--data',
        'synthetic',
        ...few,
        '--epochs',
        '1',
        '--out',
        `${file}-run`,
        '--quiet',
      ])
    }
    let number = 0
    const model = (units: string, input: string, result = '{ prediction: head(last) }') =>
      `(scope, { text }, outputs) => {
        const head = linear(scope.child('head'), { inputs: text, units: ${units} })
        return ({ features, lengths }) => { const last = ${input}; return ${result} }
      }`
    const last = 'lastStep(features.text, lengths.text)'
    const cases: readonly (readonly [build: string, says: RegExp])[] = [
      ['() => {}', /own-\d\.mjs: build does not return a function: expected .*, got nothing$/],
      [
        '() => () => {}',
        /the model returns no outputs: expected \{ prediction, maps \}.*got nothing$/,
      ],
      ['() => () => ({})', /the model returns no prediction: .*got none$/],
      ['() => () => ({ prediction: 3 })', /the model returns no prediction: .*got a number$/],
      [
        model('outputs + 1', last),
        /the prediction has the wrong type or shape: expected float32 \[batch, 1\], got float32 \[batch, 2\]$/,
      ],
      [
        model('outputs', 'features.text'),
        /got float32 \[batch, text_time, 1\]\. Reduce the steps first/,
      ],
      [
        model('outputs', last, '{ prediction: head(last), maps: { a: 1 } }'),
        /maps: "a" is not a tensor: got a number$/,
      ],
    ]
    for (const [build, says] of cases) expect(mistakeOf(await mistake(build))).toMatch(says)
    expect(mistakeOf(await mistake('() => {}', 'settings'))).toMatch(
      /own-\d\.mjs.*: model own: "settings" of the definition is missing: expected z\.strictObject/,
    )
    const { status, stderr } = await mistake(model('outputs', last))
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('of another copy of Limbic is told from one that runs', async () => {
    writeFileSync(at('foreign.mjs'), 'export default { name: "x", configure: () => ({}) }\n')
    expect(mistakeOf(await limbic(['models', at('foreign.mjs')]))).toMatch(
      /foreign\.mjs: this model was defined with another copy of Limbic.*npx limbic/,
    )
  })
})
