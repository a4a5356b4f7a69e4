/** What every model's answers rest on: the parts of inputs and steps. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ScoreContributions } from '../../../src/faces/explain.js'
import { limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryFolder } from '../../support/folders.js'

const root = resolve(import.meta.dirname, '../../..')
const folder = temporaryFolder()
const at = (...parts: string[]) => join(folder, ...parts)
const few = ['--synthetic-train', '40', '--synthetic-valid', '12', '--synthetic-test', '12']
const train = (model: string, out: string, ...more: string[]) =>
  succeed(
    ...['train', model, '--data', 'synthetic', ...few, '--epochs', '2', '--threads', '1'],
    ...['--learning-rate', '0.01', '--quiet', '--out', at(out), ...more],
  )
const sizes = ['--text-hidden', '4', '--audio-hidden', '4', '--vision-hidden', '4']

interface Said {
  readonly files: readonly string[]
  readonly contributions: { readonly method: string; readonly inputs: readonly string[] }
  readonly samples: readonly {
    readonly id: string
    readonly prediction: string
    readonly contributions: { readonly scores: readonly ScoreContributions[] }
  }[]
}

const explained = async (...args: string[]): Promise<Said> =>
  JSON.parse(await succeed('explain', ...args, '--json', '--quiet'))

/** Checks that the parts of every score of every sample add up. */
function addUp({ samples }: Said): void {
  expect(samples.length).toBeGreaterThan(0)
  for (const { contributions } of samples) {
    for (const { parts, prediction, baseline } of contributions.scores) {
      const sum = parts.reduce((total, { value }) => total + value, 0)
      expect(sum).toBeCloseTo(prediction - baseline, 9)
    }
  }
}

beforeAll(async () => {
  const spoken = ['--synthetic-task', 'classes', '--synthetic-prosody', '3']
  await Promise.all([
    // Unaligned, with prosody, over two seeds.
    train('mdre', 'mdre', ...spoken, '--no-synthetic-aligned', '--seeds', '2', ...sizes),
    train('lf-lstm', 'lf', '--synthetic-task', 'emotions', '--no-standardise'),
  ])
})

describe('limbic explain, of a model without maps', () => {
  it('shows the parts of text, audio, vision and prosody, and the effects of steps', async () => {
    const found = await explained(at('mdre'), '--out', at('why'))
    addUp(found)
    expect(found.contributions.inputs).toEqual(['text', 'audio', 'vision', 'prosody'])
    expect(found.contributions.method).toMatch(/not why a person feels this way/)
    const [sample] = found.samples
    const said = sample?.contributions.scores.find((score) => score.said)
    expect(sample?.prediction).toBe(`${said?.name} (${Math.round(100 * (said?.prediction ?? 0))}%)`)
    expect(said?.subsets).toHaveLength(16)
    expect(said?.steps.map(({ modality }) => modality)).toEqual(['text', 'audio', 'vision'])
    for (const { windows } of said?.steps ?? []) expect(windows.length).toBeLessThanOrEqual(60)
    expect(found.files).toContain('explanation.html')
    expect(found.files.filter((name) => name.startsWith('lanes-'))).toHaveLength(4)
    const page = readFileSync(at('why', 'explanation.html'), 'utf8')
    expect(page).toContain('Contributions of the inputs')
    expect(page).toContain('Effects of single steps')
    expect(page).not.toContain('Attention')
    expect(page).toMatch(/all 16 combinations of them/)
  })

  it('says it in the terminal, in plain words', async () => {
    const { samples } = await explained(at('mdre'), '--out', at('again'))
    const [{ id } = { id: '' }] = samples
    // Named twice it is shown once.
    const args = ['explain', at('mdre'), '--sample', id, id, '--out', at('one')]
    const { stdout, stderr, status } = await limbic(args)
    expect(status).toBe(0)
    expect(stderr).toMatch(/which has the lowest validation loss of 2/)
    expect(stderr).toMatch(/neither attention nor masks with these settings/)
    expect(stdout).toMatch(
      /why \w+, \d+\.\d%: \d+\.\d% for an average input, text [+-]?\d+\.\d, audio .*, vision .*, prosody .* points\n/,
    )
    expect(stdout).toMatch(/effects of steps on the probability of \w+\n/)
    expect(stdout).toMatch(/effect of vision \+[ ▁▂▃▄▅▆▇█]{60} {2}\d+ steps/)
    expect(stdout).toMatch(/zeros after\s+standardisation/)
    expect(stdout).toMatch(/describe the model: what its prediction depends on/)
    expect(stdout).not.toMatch(/aligned word by word/)
    const figures = readdirSync(at('one')).filter((name) => name.endsWith('.svg'))
    expect(figures.map((name) => name.split('-')[0]).sort()).toEqual(['lanes', 'parts'])
  })

  it('explains every label of several, against the means of the training split', async () => {
    const found = await explained(at('lf'), '--out', at('labels'))
    addUp(found)
    for (const { contributions, prediction } of found.samples) {
      expect(contributions.scores).toHaveLength(6)
      const said = contributions.scores.filter((score) => score.said).map(({ name }) => name)
      expect(said.join(', ') || 'none').toBe(prediction)
    }
    const page = readFileSync(at('labels', 'explanation.html'), 'utf8')
    expect(page).toContain('Emotions predicted to be present are bold.')
    expect(found.contributions.method).toMatch(/the means of the training split of synthetic/)
    expect(found.contributions.method).toMatch(/aligned word by word/)
  })

  it('is the same in a program', async () => {
    const code = `
      import { openData } from 'limbic'
      import * as explain from 'limbic/explain'
      const run = explain.openRun(process.argv[1])
      const data = await openData(run.config.data)
      const model = await explain.fromRun(run)
      const inputs = model.inputs.map(({ name }) => name)
      const baselines = await explain.trainingMeans(inputs, run.standardisation, data.splits.train)
      const row = data.splits.test.ids.indexOf(process.argv[2])
      const options = { task: run.task, inputs, baselines, aligned: data.aligned }
      const found = await explain.explainContributions(model, data.splits.test, row, options)
      console.log(JSON.stringify(found))
      await model.close()`
    const [sample] = (await explained(at('mdre'), '--out', at('program'))).samples
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', code, at('mdre'), sample?.id ?? ''],
      { cwd: root, encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual(sample?.contributions)
  })

  it('has no map to choose', async () => {
    const wrong = await limbic(['explain', at('lf'), '--map', 'text', '--out', at('no')])
    expect(mistakeOf(wrong)).toMatch(/--map: lf-lstm has neither masks nor attention/)
  })
})
