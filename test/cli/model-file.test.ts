/** Nothing that is data runs: folders of runs and configurations name models' files, no more. */
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from '../../src/index.js'
import { modelFileOf } from '../../src/runs/model-file/index.js'
import { limbic, mistakeOf, succeed } from '../support/command-line.js'
import { temporaryPaths } from '../support/folders.js'
import { start } from '../support/running.js'

const root = resolve(import.meta.dirname, '../..')
const at = temporaryPaths()
const few = ['--synthetic-train', '20', '--synthetic-valid', '8', '--synthetic-test', '8']

/** The example as a file that leaves a mark when it runs. */
function writeModel(path: string): void {
  const code = readFileSync(join(root, 'examples/gated-fusion.mjs'), 'utf8').replace(
    /'limbic\/(\w+)'/g,
    (_, room: string) => `'${pathToFileURL(join(root, 'dist', room, 'index.js')).href}'`,
  )
  const mark = `import { appendFileSync } from 'node:fs'\nappendFileSync(${JSON.stringify(`${path}.ran`)}, 'x')\n`
  writeFileSync(path, `${mark}${code}`)
}
const ran = (path: string) => existsSync(`${path}.ran`)

/** What a folder of a run would look like that was made to run another file. */
function forge(from: string, to: string, file: string): void {
  cpSync(from, to, { recursive: true })
  for (const name of ['config.yaml', 'model.json']) {
    const text = readFileSync(join(to, name), 'utf8')
    const { digest } = modelFileOf(file)
    const forged = text.replaceAll(at('own.mjs'), file).replace(/sha256:[0-9a-f]{64}/, digest)
    writeFileSync(join(to, name), forged)
  }
}

beforeAll(async () => {
  writeModel(at('own.mjs'))
  await succeed(
    ...['train', at('own.mjs'), '--data', 'synthetic', ...few, '--hidden', '3', '--epochs', '2'],
    ...['--threads', '1', '--quiet', '--out', at('run')],
  )
})

describe('a run of a model in a file', () => {
  test('keeps its digest, and is used without more words where it was trained', async () => {
    const { modelDigest } = JSON.parse(readFileSync(join(at('run'), 'model.json'), 'utf8'))
    expect(modelDigest).toBe(modelFileOf(at('own.mjs')).digest)
    // By a process that has not trained with it.
    expect((await start(['eval', at('run'), '--quiet']).ended).status).toBe(0)
  })

  test.each([
    ['predict', 'RUN', 'synthetic', '--quiet'],
    ['eval', 'RUN', '--quiet'],
    ['explain', 'RUN', '--quiet', '--out', at('explanation')],
    ['export', 'RUN', '--quiet', '--out', at('exported.onnx')],
    ['train', '--resume', 'RUN', '--quiet'],
  ])('that names a file that was never trained with does not run it: %s', async (...args) => {
    const file = at(`evil-${args[0]}.mjs`)
    const run = at(`forged-${args[0]}`)
    writeModel(file)
    forge(at('run'), run, file)
    // A complete run would be given back as it is.
    if (args[0] === 'train') rmSync(join(run, 'results.json'))
    const asked = args.map((argument) => (argument === 'RUN' ? run : argument))
    const line = mistakeOf(await limbic(asked))
    expect(line).toContain(`${file}, ${modelFileOf(file).digest}`)
    expect(line).toContain('--allow-model-file')
    expect(ran(file)).toBe(false)
    await succeed(...asked, '--allow-model-file')
    expect(ran(file)).toBe(true)
  })

  test('that names such a file is refused by the library too, unless it is told', async () => {
    const file = at('evil-library.mjs')
    writeModel(file)
    forge(at('run'), at('forged-library'), file)
    await expect(loadModel(at('forged-library'))).rejects.toThrow(/allowModelFile: true/)
    expect(ran(file)).toBe(false)
    // Here it is a model of the built Limbic, which the source does not take: but it has run.
    await expect(loadModel(at('forged-library'), { allowModelFile: true })).rejects.toThrow(
      'another copy of Limbic',
    )
    expect(ran(file)).toBe(true)
  })

  test('whose file was edited since says so, and is used only where that is allowed', async () => {
    const file = at('edited.mjs')
    writeModel(file)
    const train = ['train', file, '--data', 'synthetic', ...few, '--hidden', '3', '--quiet']
    await succeed(...train, '--epochs', '1', '--threads', '1', '--out', at('edited'))
    const before = modelFileOf(file).digest
    appendFileSync(file, '// a remark\n')
    const evaluated = (...more: string[]) => start(['eval', at('edited'), '--quiet', ...more]).ended
    const line = mistakeOf(await evaluated())
    expect(line).toContain(`has changed since the run was trained: expected ${before}`)
    expect(line).toContain(`got ${modelFileOf(file).digest}`)
    expect((await evaluated('--allow-model-file')).status).toBe(0)
  })
})

describe('a configuration', () => {
  test('that names a file does not run it, unless that is allowed', async () => {
    const file = at('configured.mjs')
    writeModel(file)
    writeFileSync(at('run.yaml'), `model: ${file}\ndata: synthetic\ntraining: { epochs: 1 }\n`)
    const args = ['train', '--config', at('run.yaml'), ...few, '--out', at('configured'), '--quiet']
    expect(mistakeOf(await limbic(args))).toContain(
      `run.yaml: you have not trained with this model file`,
    )
    expect(ran(file)).toBe(false)
    // Workers are told what this process was told.
    await succeed(...args, '--allow-model-file', '--seeds', '2', '--threads', '1')
    expect(ran(file)).toBe(true)
  })

  test('of a table is no different', async () => {
    const file = at('tabled.mjs')
    writeModel(file)
    const table = readFileSync(join(root, 'experiments/synthetic-sarcasm.yaml'), 'utf8')
    writeFileSync(at('table.yaml'), table.replace(/model: [a-z-]+$/m, `model: ${file}`))
    const args = ['reproduce', at('table.yaml'), '--data', 'synthetic', '--out', at('table')]
    expect(mistakeOf(await limbic([...args, '--quiet']))).toContain(
      'you have not trained with this model file',
    )
    expect(ran(file)).toBe(false)
  })
})
