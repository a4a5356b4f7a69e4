import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { jsonLines, limbic, type Outcome } from '../support/command-line.js'
import { float32Array, type Picklable, writePickle } from '../support/data/pickle-writer.js'
import { temporaryFolder } from '../support/folders.js'
import { actsOnTerminals } from '../support/report/hostile.js'
import { xmlFault } from '../support/report/xml.js'

const folder = temporaryFolder()
const at = (...parts: string[]) => join(folder, ...parts)
/** Names that the classes of a corpus have, two runs, and a tensor. */
const classes = ['=1+1', '<b>\u001b[31mred & "x"', 'x\u202ey\nlimbic: z', '__proto__', '\ufffe']
const run = at('run\n\u001b[31mred')
const other = at("=other $_$'s")

/** Runs a command, and finds nothing in what it says that acts. */
async function say(...args: string[]): Promise<Outcome> {
  const outcome = await limbic(args)
  for (const text of [outcome.stdout, outcome.stderr]) {
    expect(text).not.toMatch(actsOnTerminals)
    expect(text).not.toMatch(/^limbic: z/m)
  }
  return outcome
}

async function succeed(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await say(...args)
  expect(stderr).not.toMatch(/^limbic: /m)
  expect(status).toBe(0)
  return stdout
}

/** The cells of every row of a CSV file without line breaks in its cells. */
function cellsOf(csv: string): string[] {
  return csv
    .split('\n')
    .flatMap((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)])
    .map(([, quoted, plain]) => quoted ?? plain ?? '')
}

beforeAll(async () => {
  const names = classes.join(',')
  const corpus = ['--task', 'classes', '--samples', '80,20,20', '--words', '3,6', '--aligned']
  await succeed('data', 'synth', '--out', at('store'), ...corpus, '--emotions', names)
  const common = ['--data', at('store'), '--hidden', '4', '--epochs', '1', '--threads', '1']
  await succeed('train', 'mmlatch', ...common, '--out', run)
  await succeed('train', 'mmlatch', ...common, '--out', other, '--seed', '1', '--dropout', '0')
})

test('what is inspected, evaluated and listed acts on no terminal', async () => {
  expect(await succeed('data', 'inspect', at('store'))).toContain('<b>\\u001b[31mred')
  expect(await succeed('eval', run)).toContain('run \\u001b[31mred')
  for (const command of [
    ['data', 'inspect', at('store')],
    ['eval', run],
  ]) {
    expect(jsonLines(await succeed(...command, '--json')).length).toBeGreaterThan(0)
  }
})

test('tensors and metadata of a file are told by their names, and not all of a million', async () => {
  const file = at('evil.safetensors')
  const tensors = Array.from({ length: 20_000 }, (_, number): [string, unknown] => [
    `\u001b[2J${number}`,
    { dtype: 'F32', shape: [0], data_offsets: [0, 0] },
  ])
  const metadata = { 'key\u009bx': 'one\ntwo', long: 'x'.repeat(100_000) }
  const header = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(tensors) })
  const length = new BigUint64Array([BigInt(Buffer.byteLength(header))])
  writeFileSync(file, Buffer.concat([Buffer.from(length.buffer), Buffer.from(header)]))
  const told = await succeed('data', 'inspect', file)
  expect(told).toContain('\\u001b[2J0')
  expect(told).toContain('and 19,900 more')
  expect(told).toContain('key\\u009bx: one two')
  expect(told.split('\n').length).toBeLessThan(120)
})

test('mistakes are one line, whatever names hold', async () => {
  const config = at('config.yaml')
  writeFileSync(config, stringify({ model: 'mmlatch', data: at('store'), '\u001b[31m\nkey': 1 }))
  const commands = [
    ['\u001b[31mdo'],
    ['eval', '--\u001b[31moption'],
    ['eval', at('no\n\u001b[2Jsuch')],
    ['explain', run, '--sample', 'a\n\u001b[2J\u202e'],
    ['predict', run, at('no\nsuch.jsonl')],
    ['train', '--config', config],
    ['reproduce', 'no\u001b[31m'],
    ['data', 'inspect', at('no\rsuch.pkl')],
    ['verify', at('no\n\u009bsuch')],
  ]
  for (const command of commands) {
    const { status, stderr } = await say(...command)
    expect(status).toBe(2)
    const lines = stderr.split('\n').filter((line) => line.startsWith('limbic: '))
    expect(lines.length, stderr).toBe(1)
  }
})

test('predictions of hostile ids are JSON that acts on nothing', async () => {
  const id = '\u009b2J\u202e\u007f'
  const steps = (width: number) => [Array.from({ length: width }, () => 0.5)]
  const sample = { id, text: steps(32), audio: steps(16), vision: steps(12) }
  const file = at('samples.jsonl')
  writeFileSync(file, `${JSON.stringify(sample)}\n`)
  const stdout = await succeed('predict', run, file)
  expect(jsonLines<{ id: string }>(stdout)[0]?.id).toBe(id)
})

test('a comparison is tables and pictures, whatever runs and classes are called', async () => {
  const out = at('comparison')
  await succeed('compare', run, other, '--out', out, '--title', '</title>\u001b[31m')
  for (const format of ['text', 'markdown', 'csv', 'latex', 'html']) {
    await succeed('compare', run, other, '--format', format)
  }
  checkFiles(out)
})

test('an explanation is pages and pictures, whatever classes are called', async () => {
  const out = at('explanation')
  await succeed('explain', run, '--out', out)
  checkFiles(out)
})

test('ids, words, keys and names of a data set act on nothing', async () => {
  const evil =
    '<script>alert(1)</script><img src=x onerror=alert(1)>\u001b[31m\u009b2J\r\nlimbic: z\u202e\u2066'
  const file = at(`evil\u001b[2J<b>\n"data.pkl`)
  const values = (rows: number, width: number) =>
    Array.from({ length: rows * 2 * width }, (_, place) => Math.sin(place))
  const split = (prefix: string, rows: number) =>
    new Map<string, Picklable>([
      ['id', Array.from({ length: rows }, (_, row) => `${prefix}${row}${evil}`)],
      ['raw_text', Array.from({ length: rows }, () => `words ${evil}`)],
      ['text', float32Array([rows, 2, 3], values(rows, 3))],
      ['audio', float32Array([rows, 2, 2], values(rows, 2))],
      ['vision', float32Array([rows, 2, 2], values(rows, 2))],
      ['regression_labels', float32Array([rows], values(rows, 1).slice(0, rows))],
      [`key ${evil}`, evil],
    ])
  writeFileSync(
    file,
    writePickle(
      new Map([
        ['train', split('a', 12)],
        ['valid', split('b', 6)],
        ['test', split('c', 6)],
        [`split ${evil}`, split('d', 2)],
      ]),
    ),
  )
  await say('data', 'inspect', file)
  await say('data', 'inspect', file, '--json')
  const trained = at('evil run <script>')
  const small = ['--hidden', '3', '--epochs', '1', '--threads', '1', '--out', trained]
  expect((await say('train', 'mmlatch', '--data', file, ...small)).stderr).not.toMatch(/^limbic: /m)
  await succeed('eval', trained)
  await succeed('eval', trained, '--data', file, '--format', 'html')
  const answers = jsonLines<{ id: string }>(await succeed('predict', trained, file))
  expect(answers[0]?.id).toBe(`c0${evil}`)
  await succeed('explain', trained, '--sample', `c1${evil}`, '--out', at('evil explained'))
  checkFiles(at('evil explained'))
  await succeed('compare', trained, '--out', at('evil compared'))
  checkFiles(at('evil compared'))
  await say('train', 'mmlatch', '--data', file, '--names', `valid=${evil}`, '--out', at('never'))
  await say('eval', trained, '--data', file, '--names', `id=${evil}`)
})

/** Every file below a folder is what its ending says, and acts on nothing. */
function checkFiles(path: string): void {
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
  expect(files.filter((name) => name.endsWith('.svg')).length).toBeGreaterThan(0)
  for (const name of files.filter((one) => /\.\w+$/.test(one))) {
    const text = readFileSync(join(path, name), 'utf8')
    if (!name.endsWith('.json')) expect(text, name).not.toMatch(actsOnTerminals)
    if (name.endsWith('.json')) JSON.parse(text)
    if (/\.(html|svg)$/.test(name)) expect(text, name).not.toMatch(/<script>alert|<img src=x/)
    if (name.endsWith('.svg')) expect(xmlFault(text), name).toBeUndefined()
    if (name.endsWith('.csv')) {
      for (const cell of cellsOf(text)) {
        if (Number.isNaN(Number(cell))) expect(cell).not.toMatch(/^[=+\-@]/)
      }
    }
    if (name.endsWith('.tex')) expect(text).not.toMatch(/(?<!\\)[#_](?!\w*})/)
  }
}
