/** limbic predict: samples as lines, lists and data sets, answered one by one. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from '../../../src/index.js'
import { jsonLines, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { start } from '../../support/running.js'
import { alike, at, sample, trainGroups, written } from './trained.js'

beforeAll(trainGroups)

describe('predict', () => {
  test("reads and divides the run's own data as in training", async () => {
    const lines = jsonLines<{ id: string }>(
      await succeed('predict', at('feedback'), 'synthetic', '--split', 'valid', '--quiet'),
    )
    const truth = readFileSync(at('feedback', 'seed-0', 'predictions.valid.jsonl'), 'utf8')
    expect(lines.map(({ id }) => id)).toEqual(jsonLines<{ id: string }>(truth).map(({ id }) => id))
  })

  const samples = [sample('a', 5), sample('b', 2), sample('c', 9)]

  test('answers each line from standard input, in order, alike from files and the library', async () => {
    const piped = await limbic(['predict', at('baseline')], { input: written(...samples) })
    expect(piped.stderr).toMatch(/synthetic data/)
    expect(piped.status).toBe(0)
    const answers = jsonLines(piped.stdout)
    expect(answers.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    for (const { prediction } of answers) expect(prediction).toBeTypeOf('number')

    writeFileSync(at('samples.jsonl'), written(...samples).trimEnd())
    // How many lines come at once decides the padding, and so the rounding.
    alike(jsonLines(await succeed('predict', at('baseline'), at('samples.jsonl'))), answers)

    const model = await loadModel(at('baseline'))
    alike(await model.predict(samples), answers)
    await model.close()
  })

  test('from an exported model gives the same within rounding', async () => {
    await succeed('export', at('baseline'), '--out', at('model.onnx'))
    const [own, exported] = await Promise.all(
      [at('baseline'), at('model.onnx')].map(async (path) =>
        jsonLines((await limbic(['predict', path], { input: written(...samples) })).stdout),
      ),
    )
    expect(exported).toHaveLength(3)
    alike(exported ?? [], own ?? [])
  })

  test('of a data set gives what training wrote', async () => {
    const store = at('corpus')
    await succeed('data', 'synth', '--out', store, '--aligned', '--samples', '40,12,12')
    const answers = jsonLines(await succeed('predict', at('baseline'), store, '--split', 'valid'))
    const kept = jsonLines(readFileSync(at('baseline', 'predictions.valid.jsonl'), 'utf8'))
    alike(
      answers,
      kept.map(({ id, prediction }) => ({ id, prediction: (prediction as number[])[0] })),
    )
  })

  test('of a data set with prosody gives what training wrote, beyond one batch', async () => {
    const [store, run] = [at('spoken'), at('dual')]
    const spoken = ['--prosody', '3', '--samples', '12,6,70', '--widths', '4,3,2']
    await succeed('data', 'synth', '--out', store, ...spoken)
    await succeed(
      ...['train', 'mdre', '--data', store, '--out', run, '--epochs', '1', '--threads', '1'],
      ...['--text-hidden', '4', '--audio-hidden', '4', '--vision-hidden', '4', '--quiet'],
    )
    const answers = jsonLines(await succeed('predict', run, store, '--quiet'))
    const kept = jsonLines(readFileSync(join(run, 'predictions.test.jsonl'), 'utf8'))
    expect(kept).toHaveLength(70)
    alike(
      answers,
      kept.map(({ id, prediction }) => ({ id, prediction: (prediction as number[])[0] })),
    )
  })

  test('tells of .jsonl where a file is neither a data set nor named so', async () => {
    writeFileSync(at('samples.txt'), written(...samples))
    const line = mistakeOf(await limbic(['predict', at('baseline'), at('samples.txt'), '--quiet']))
    expect(line).toMatch(
      /samples\.txt: this is neither a data set nor a file of samples.*got a file named samples\.txt/,
    )
    expect(line).toMatch(/limbic predict \S+baseline file\.jsonl/)
    const absent = await limbic(['predict', at('baseline'), at('absent.json'), '--quiet'])
    expect(mistakeOf(absent)).toMatch(/absent\.json: no such file/)
  })

  test.each([
    ['lines', written(...samples)],
    ['a list', JSON.stringify(samples)],
    ['a list over many lines', JSON.stringify(samples, undefined, 2)],
  ])('answers the same to samples in a .json file as %s', async (what, content) => {
    const file = at(`${what.replaceAll(' ', '-')}.json`)
    writeFileSync(file, content)
    const answers = jsonLines(await succeed('predict', at('baseline'), file, '--quiet'))
    const { stdout } = await limbic(['predict', at('baseline')], { input: written(...samples) })
    expect(answers).toEqual(jsonLines(stdout))
  })

  test('takes numbers that are missing as --invalid says', async () => {
    const one = sample('x', 3)
    const [given = '', nothing, zero] = [Number.NaN, null, 0].map((value) => {
      const text = one.text.map((step, row) => (row === 1 ? [value, ...step.slice(1)] : step))
      // Python's json writes NaN as a word.
      return Number.isNaN(value)
        ? JSON.stringify({ ...one, text }).replace('null', 'NaN')
        : JSON.stringify({ ...one, text })
    })
    const predict = async (line: string | undefined, invalid: string) => {
      const asked = ['predict', at('baseline'), '--quiet', '--invalid', invalid]
      const { stdout } = await limbic(asked, { input: `${line}\n` })
      return jsonLines(stdout)[0]
    }
    expect(await predict(given, 'zero')).toEqual(await predict(zero, 'refuse'))
    const mean = await predict(given, 'mean')
    expect(mean).toMatchObject({ id: 'x', prediction: expect.any(Number) })
    expect(mean).toEqual(await predict(nothing, 'mean'))
    expect(await predict(given, 'refuse')).toMatchObject({
      error: expect.stringMatching(/text, row 1, feature 0.*got null.*--invalid mean/),
    })
  })

  test('gives probabilities of classes', async () => {
    const { stdout } = await limbic(['predict', at('classes')], { input: written(...samples) })
    for (const { prediction, probabilities } of jsonLines(stdout)) {
      const shares = Object.entries(probabilities as Record<string, number>)
      expect(shares.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 6)
      const [best] = [...shares].sort(([, one], [, other]) => other - one)
      expect(prediction).toBe(best?.[0])
    }
  })

  test('needs only what the model reads, and an id no more than that', async () => {
    const { text } = sample('', 3)
    const { stdout } = await limbic(['predict', at('words')], { input: written({ text }) })
    expect(jsonLines(stdout)).toMatchObject([{ id: 'standard input, line 1' }])
  })

  const { audio: _, ...deaf } = sample('x', 3)
  test('answers a sample without one of the modalities, and says what it did without', async () => {
    const { audio, vision, ...rest } = sample('y', 3)
    const holed = { ...rest, audio: audio.map((step, row) => (row === 1 ? null : step)), vision }
    const input = [deaf, { ...deaf, audio: [] }, holed].map((one) => JSON.stringify(one)).join('\n')
    const { stdout, stderr } = await limbic(['predict', at('baseline')], { input })
    const [absent, empty, stretch] = jsonLines(stdout)
    expect(absent).toMatchObject({ id: 'x', prediction: expect.any(Number), missing: ['audio'] })
    expect(empty).toEqual(absent)
    expect(stretch).toMatchObject({ id: 'y', prediction: expect.any(Number) })
    expect(stretch).not.toHaveProperty('missing')
    expect(stderr).toMatch(/2 of 3 samples lacked audio, which the model did without/)
  })

  const changed = (change: (one: ReturnType<typeof sample>) => void) => {
    const one = sample('x', 3)
    change(one)
    return JSON.stringify(one)
  }
  test.each([
    ['a line that is cut short', '{"id": ', /line 2: is not valid JSON: got .* JSON has no NaN/],
    ['a list', '[1, 2]', /line 2: a sample must be an object: got a list/],
    [
      'a sample without any of the modalities',
      JSON.stringify({ id: 'x', audio: null, vision: [] }),
      /line 2: the sample has none of the inputs of the model: expected text, audio, vision/,
    ],
    [
      'a step that is too short',
      changed((one) => one.text[1]?.pop()),
      /line 2, text, row 1: .*number of features: expected 32 numbers, got 31/,
    ],
    [
      'NaN',
      changed((one) => one.vision[2]?.splice(4, 1, Number.NaN)),
      /line 2, vision, row 2, feature 4: a feature is not a number.*got null/,
    ],
    [
      'a number beyond float32',
      changed((one) => one.vision[0]?.splice(0, 1, 1e39)),
      /line 2, vision, row 0, feature 0: .*float32 can hold, got 1e\+39/,
    ],
    [
      'fewer steps in one modality',
      changed((one) => one.audio.pop()),
      /line 2, audio: .*same number of steps: expected 3.*got 2/,
    ],
    [
      'a mistyped modality',
      '{"id": "x", "vison": []}',
      /line 2: unknown key "vison"\. Did you mean "vision"\?/,
    ],
    [
      'a modality under another name',
      JSON.stringify({ ...deaf, sounds_of_speech: [[1]] }),
      /line 2: there is no audio: expected text, audio, vision.*If one of "sounds_of_speech" is the audio, rename it to "audio"/,
    ],
  ])('answers %s with what is wrong, and the lines around it', async (_what, bad, says) => {
    const input = `${written(sample('good', 2))}${bad}\n${written(sample('late', 2))}`
    const outcome = await limbic(['predict', at('baseline'), '--quiet'], { input })
    const answers = jsonLines(outcome.stdout)
    expect(answers).toMatchObject([
      { id: 'good', prediction: expect.any(Number) },
      {
        id: expect.stringMatching(/^(x|standard input, line 2)$/),
        error: expect.stringMatching(says),
      },
      { id: 'late', prediction: expect.any(Number) },
    ])
    expect(mistakeOf({ ...outcome, stdout: '' })).toMatch(
      /standard input: 1 of 3 lines are not valid samples for this model/,
    )
  })

  test('answers samples with keys that no model reads, and says so once', async () => {
    const lines = ['one', 'two'].map((id) =>
      JSON.stringify({ ...sample(id, 2), take: 3, 'camera\u001b[2J': 'left' }),
    )
    const outcome = await limbic(['predict', at('baseline')], { input: lines.join('\n') })
    expect(jsonLines(outcome.stdout)).toMatchObject([{ id: 'one' }, { id: 'two' }])
    expect(outcome.stderr.match(/that the model does not read: .*/g)).toEqual([
      'that the model does not read: take, camera\\u001b[2J',
    ])
  })

  test('ends at a line beyond the limit, and takes a byte order mark for none', async () => {
    const input = `\ufeff${written(sample('good', 2))}${'1'.repeat(200_000)}`
    const env = { LIMBIC_LIMIT_LINE: '100K' }
    const outcome = await start(['predict', at('baseline'), '--quiet'], { input, env }).ended
    expect(jsonLines(outcome.stdout)).toMatchObject([
      { id: 'good', prediction: expect.any(Number) },
    ])
    expect(mistakeOf({ ...outcome, stdout: '' })).toMatch(
      /line 2: the line is too long: expected at most 100 KiB.*LIMBIC_LIMIT_LINE=409600/,
    )
  })

  test('says that there are no samples where no line has one', async () => {
    const { status, stdout, stderr } = await limbic(['predict', at('baseline')], { input: '\n' })
    expect([status, stdout]).toEqual([0, ''])
    expect(stderr).toContain('standard input: no samples')
  })

  test('refuses a file that is no model', async () => {
    writeFileSync(at('text.onnx'), 'hello')
    expect(mistakeOf(await limbic(['predict', at('text.onnx'), '-']))).toMatch(/no.* ONNX model/)
  })
})
