import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDataset } from '../../../src/data/index.js'
import { RunFolder } from '../../../src/runs/folder.js'
import { limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { readSteps } from '../../support/datasets.js'
import { temporaryPaths } from '../../support/folders.js'
import { findPython, runPython } from '../../support/python.js'

const at = temporaryPaths()
const train = (out: string, ...more: string[]) =>
  succeed(
    ...['train', 'mmlatch', '--data', at('corpus'), '--out', at(out), '--hidden', '6'],
    ...['--epochs', '2', '--learning-rate', '0.01', '--threads', '1', '--quiet', ...more],
  )

beforeAll(async () => {
  await succeed(
    ...['data', 'synth', '--out', at('corpus'), '--aligned', '--samples', '40,10,9'],
    ...['--widths', '6,4,3', '--quiet'],
  )
  await Promise.all([
    train('run'),
    train('seeds', '--seeds', '3'),
    train('plain', '--feedback', 'none'),
  ])
})

const script = `
import json, sys, numpy as np, onnx, onnxruntime
onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
samples = json.load(open(sys.argv[2]))
predictions = []
for start in range(0, len(samples), 4):  # batches of 4, and one of what is left
    batch = samples[start:start + 4]
    steps = 7 + max(len(sample["text"]) for sample in batch)  # padding beyond the longest
    feeds = {"lengths": np.array([len(sample["text"]) for sample in batch], np.int64)}
    for name in ["text", "audio", "vision"]:
        width = len(batch[0][name][0])
        feeds[name] = np.zeros((len(batch), steps, width), np.float32)
        for row, sample in enumerate(batch):
            feeds[name][row, :len(sample[name])] = sample[name]
    predictions += session.run(["prediction"], feeds)[0][:, 0].tolist()
print(json.dumps(predictions))
`

const python = findPython(['onnx', 'onnxruntime', 'numpy'])

describe('limbic export', () => {
  it('says what goes in and what comes out', async () => {
    const said = JSON.parse(await succeed('export', at('run'), '--out', at('a.onnx'), '--json'))
    const time = ['batch', 'time']
    expect(said.inputs).toEqual([
      { name: 'text', type: 'float32', shape: [...time, 6] },
      { name: 'audio', type: 'float32', shape: [...time, 4] },
      { name: 'vision', type: 'float32', shape: [...time, 3] },
      { name: 'lengths', type: 'int64', shape: ['batch'] },
    ])
    expect(said.outputs).toEqual([{ name: 'prediction', type: 'float32', shape: ['batch', 1] }])
    const maps = await succeed('export', at('run'), '--out', at('maps.onnx'), '--maps')
    expect(maps).toMatch(/out {2}mask\.vision: float32 \[batch, time, 3\]/)
  })

  it('is the same file each time', async () => {
    await succeed('export', at('run'), '--out', at('again.onnx'))
    await succeed('export', at('run'), '--out', at('b.onnx'))
    expect(readFileSync(at('again.onnx')).equals(readFileSync(at('b.onnx')))).toBe(true)
  })

  it('takes the seed with the lowest validation loss, and says which', async () => {
    const losses = [0, 1, 2].map(
      (seed) => new RunFolder(at('seeds', `seed-${seed}`)).readResults().valid.loss ?? 1e9,
    )
    const best = losses.indexOf(Math.min(...losses))
    const { stderr, status } = await limbic(['export', at('seeds'), '--out', at('best.onnx')])
    expect(status).toBe(0)
    expect(stderr).toContain(`seed ${best}, which has the lowest validation loss of 3`)
    const metadata = JSON.parse(await succeed('data', 'inspect', at('best.onnx'), '--json'))
    expect(metadata).toMatchObject({ metadata: { seed: `${best}`, synthetic: 'true' } })
  })

  it.skipIf(!python)(
    "predicts in Python's onnxruntime what the run predicted, at other sizes (LIMBIC_PYTHON or python3)",
    async () => {
      await succeed('export', at('run'), '--out', at('model.onnx'))
      const { splits } = await openDataset(at('corpus'))
      const { ids, features } = splits.test
      const samples = ids.map((_, sample) =>
        Object.fromEntries(
          Object.entries(features).map(([name, source]) => [name, readSteps(source, sample)]),
        ),
      )
      writeFileSync(at('samples.json'), JSON.stringify(samples))
      const said = runPython(python, script, at('model.onnx'), at('samples.json'))
      const got = JSON.parse(said) as number[]
      const expected = new RunFolder(at('run')).readPredictions('test')
      expect(got.length).toBe(9)
      expected.forEach(({ prediction }, sample) => {
        expect(Math.abs((got[sample] as number) - (prediction[0] as number))).toBeLessThan(1e-5)
      })
      expect(Math.max(...got) - Math.min(...got)).toBeGreaterThan(1e-3)
    },
  )
})

describe('limbic explain', () => {
  it('averages the masks over the classes, as a page, figures and numbers', async () => {
    const args = ['explain', at('run'), '--out', at('why'), '--json']
    const said = JSON.parse(await succeed(...args))
    const figures = ['masks-text.svg', 'masks-audio.svg', 'masks-vision.svg']
    expect(said.files).toEqual(
      expect.arrayContaining([...figures, 'masks.json', 'explanation.html']),
    )
    const { classNames, counts, modalities } = JSON.parse(
      readFileSync(at('why', 'masks.json'), 'utf8'),
    )
    expect(classNames.length).toBe(7)
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(9)
    for (const { width, means } of modalities) {
      for (const [index, mean] of means.entries()) {
        expect(mean === null).toBe(counts[index] === 0)
        if (mean === null) continue
        expect(mean.length).toBe(width)
        expect(mean.every((value: number) => value > 0 && value < 1)).toBe(true)
      }
    }
    const page = readFileSync(at('why', 'explanation.html'), 'utf8')
    expect(page).toMatch(/is synthetic: generated by a program/)
    for (const name of figures) {
      expect(readFileSync(at('why', name), 'utf8')).toMatch(/^<svg.*Synthetic data/s)
    }
  })

  it('shows attention and masks of the sample that is named', async () => {
    const id = (await openDataset(at('corpus'))).splits.test.ids[2] ?? ''
    const args = ['explain', at('run'), '--sample', id, '--out', at('one'), '--json']
    const { samples, files } = JSON.parse(await succeed(...args))
    expect(samples.map((sample: { id: string }) => sample.id)).toEqual([id])
    const [{ prediction, masks, attention }] = samples
    const kept = new RunFolder(at('run')).readPredictions('test').find((line) => line.id === id)
    expect(Number(prediction)).toBeCloseTo(kept?.prediction[0] ?? Number.NaN, 2)
    expect(masks.map(({ modality }: { modality: string }) => modality)).toEqual([
      'text',
      'audio',
      'vision',
    ])
    const [{ steps, values }] = masks
    expect(values.length).toBe(steps.length)
    expect(values[0].length).toBe(6)
    expect(attention.length).toBeGreaterThan(3)
    expect(files.filter((name: string) => name.startsWith('mask-')).length).toBe(3)
    const [{ parts, baseline, prediction: whole }] = samples[0].contributions.scores
    const sum = parts.reduce((total: number, { value }: { value: number }) => total + value, 0)
    expect(sum).toBeCloseTo(whole - baseline, 9)
    expect(whole).toBeCloseTo(kept?.prediction[0] ?? Number.NaN, 4)
  })

  it('lays a sample over one axis of time, in the terminal and as a figure', async () => {
    const id = (await openDataset(at('corpus'))).splits.test.ids[2] ?? ''
    const args = ['explain', at('run'), '--sample', id, '--out', at('lanes')]
    const said = await succeed(...args, '--quiet')
    expect(said).toMatch(
      /why sentiment, [+-]\d\.\d\d: .* for an average input, text .*, audio .*, vision /,
    )
    expect(said).toMatch(/effect of text \+[ ▁▂▃▄▅▆▇█]{60} {2}\d+ steps?\n/)
    expect(said).toMatch(/attention to text {2}[ ▁▂▃▄▅▆▇█]{60} {2}\d+ steps?\n/)
    expect(said).toMatch(/mask on vision {2}/)
    expect(said).toMatch(/most: .+ \d+\.\d%/)
    const [lanes = ''] = readdirSync(at('lanes')).filter((name) => name.startsWith('lanes-'))
    const drawn = readFileSync(at('lanes', lanes), 'utf8')
    for (const title of ['Effect on sentiment', 'Relative attention', 'Let through']) {
      expect(drawn).toContain(title)
    }

    const one = ['--map', 'text_to_audio', '--json']
    const { samples } = JSON.parse(await succeed(...args, ...one))
    const [{ attention, lanes: few }] = samples
    expect(attention.map(({ name }: { name: string }) => name)).toEqual(['attention.text_to_audio'])
    expect(few.map(({ title }: { title: string }) => title)).toEqual(['audio'])
    const shares = few[0].steps.map(({ value }: { value: number }) => value)
    expect(shares.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(1, 5)
    const wrong = await limbic([...args, '--map', 'text_to_sound'])
    expect(mistakeOf(wrong)).toMatch(/--map: unknown map "text_to_sound"/)
  })

  it('says that a model without feedback has no masks, and shows its attention', async () => {
    const { status, stderr } = await limbic(['explain', at('plain'), '--out', at('none')])
    expect(status).toBe(0)
    expect(stderr).toContain(
      'mmlatch has no masks with these settings: its attention and contributions of inputs and steps are shown\n',
    )
    const page = readFileSync(at('none', 'explanation.html'), 'utf8')
    expect(page).not.toContain('Feature masks')
    expect(page).toContain('Attention and effects of single steps')
    expect(page).toContain('Contributions of the inputs')
  })
})
