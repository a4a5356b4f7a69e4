import { spawn } from 'node:child_process'
import { openSync, symlinkSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { mistakeOf, type Outcome, program, succeed } from '../support/command-line.js'
import { sharedPath, temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()

interface Surroundings {
  /** What standard input is; nothing unless given. */
  readonly input?: string
  readonly stdout?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A command with 256 MiB for its objects and a minute of a processor, however busy the machine is. */
function bounded(args: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  const stdin = around.input === undefined ? 'ignore' : openSync(around.input, 'r')
  const out = around.stdout === undefined ? 'pipe' : openSync(around.stdout, 'w')
  return new Promise((done, fail) => {
    const whole = [process.execPath, '--max-old-space-size=256', program, ...args]
    const child = spawn('bash', ['-c', 'ulimit -t 60; exec "$@"', 'bash', ...whole], {
      stdio: [stdin, out, 'pipe'],
      env: { ...process.env, LIMBIC_LIMIT_WAIT: '1', ...around.env },
      // One that waits for ever takes no time of a processor.
      timeout: 200_000,
      killSignal: 'SIGKILL',
    })
    let [stdout, stderr] = ['', '']
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', fail)
    child.on('close', (status) => done({ status, stdout, stderr }))
  })
}

const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content)
  return at(name)
}

beforeAll(async () => {
  const small = ['--aligned', '--samples', '24,8,8', '--widths', '6,4,3']
  await succeed('data', 'synth', '--out', at('corpus'), ...small)
  const tiny = ['--data', at('corpus'), '--hidden', '4', '--threads', '1']
  await succeed('train', 'mmlatch', ...tiny, '--epochs', '1', '--quiet', '--out', at('run'))
})

describe('a configuration', () => {
  const configured = (path: string, env = {}) =>
    bounded(['train', 'mmlatch', '--data', 'synthetic', '--config', path, '--out', at('never')], {
      env,
    })

  test('is not read from a device, or a link to one', async () => {
    symlinkSync('/dev/zero', at('zero.yaml'))
    for (const path of ['/dev/zero', at('zero.yaml')]) {
      expect(mistakeOf(await configured(path))).toMatch(/: is a device, not a file/)
    }
  })

  test('is not waited for beyond the limit at a pipe that nobody writes to', async () => {
    const pipe = at('pipe.yaml')
    await new Promise((done) => spawn('mkfifo', [pipe]).on('close', done))
    expect(mistakeOf(await configured(pipe))).toMatch(
      /nothing arrives through this pipe: expected at most 1 s.*LIMBIC_LIMIT_WAIT=4/,
    )
  })

  test('comes from another command whole, though it is asked for twice', async () => {
    const script = `exec "$1" "$2" train --config <(sleep 0.3; echo 'model: mmlatch'; echo 'sead: 3') --data synthetic`
    const outcome = await new Promise<Outcome>((done) => {
      const child = spawn('bash', ['-c', script, 'bash', process.execPath, program])
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (text) => {
        stdout += text
      })
      child.stderr.on('data', (text) => {
        stderr += text
      })
      child.on('close', (status) => done({ status, stdout, stderr }))
    })
    expect(mistakeOf(outcome)).toMatch(/unknown key "sead"\. Did you mean "seed"/)
  })

  test('of 200,000 keys is refused by its size, and at once where the limit is raised', async () => {
    const keys = Array.from({ length: 200_000 }, (_, at) => `k${at}: 1`).join(',\n')
    const path = file('keys.yaml', `{${keys}}`)
    expect(mistakeOf(await configured(path))).toMatch(/too large .*LIMBIC_LIMIT_YAML=1M/)
  })

  test('takes __proto__ for a key like any other', async () => {
    const path = file('proto.yaml', '__proto__: {seed: 7}\ntraining: {__proto__: {epochs: 1}}')
    expect(mistakeOf(await configured(path))).toMatch(/unknown key "(training\.)?__proto__"/)
  })

  test('says what is wrong with a path that goes in circles or is too long', async () => {
    symlinkSync(at('circle'), at('circle'))
    const long = at('x'.repeat(300))
    const out = (path: string) => bounded(['data', 'inspect', path])
    expect(mistakeOf(await out(at('circle')))).toMatch(/symbolic links in this path form a loop/)
    expect(mistakeOf(await out(long))).toMatch(/too long for the file system/)
    const wrote = await bounded(['export', at('run'), '--out', at(`${'y'.repeat(250)}.onnx`)])
    expect(mistakeOf(wrote)).toMatch(/too long for the file system/)
  })
})

describe('samples', () => {
  const predicted = (input: string, env = {}) =>
    bounded(['predict', at('run'), '--quiet'], { input, env })

  test('without end are refused at the limit of a line', async () => {
    expect(mistakeOf(await predicted('/dev/zero', { LIMBIC_LIMIT_LINE: '16M' }))).toMatch(
      /standard input, line 1: the line is too long: expected at most 16 MiB.*LIMBIC_LIMIT_LINE=64M/,
    )
  })

  test('for which a run needs more memory than it may take are answered with both', async () => {
    const step = `[${Array(6).fill(0)}]`
    const line = `{"id": "long", "text": [${Array(50).fill(step)}]}`
    const outcome = await predicted(file('long.jsonl', line), { LIMBIC_LIMIT_MODEL: '1K' })
    expect(JSON.parse(outcome.stdout).error).toMatch(
      /text: the sample is too long for the available memory: expected a run of at most 1 KiB, got 50 steps, for which this model needs .*LIMBIC_LIMIT_MODEL=1G/,
    )
  })
})

describe('data', () => {
  const inspect = (path: string) => bounded(['data', 'inspect', path])

  test('that copy themselves are refused', async () => {
    const items = 'K\x01'.repeat(200_000)
    const copy = 'h\x01h\0\x85R'.repeat(2000)
    const content = `\x80\x04cbuiltins\nlist\nq\x01](${items}eq\x000(${copy}t.`
    const path = file('copies.pkl', Buffer.from(content, 'latin1'))
    expect(mistakeOf(await inspect(path))).toMatch(/copies its values again and again/)
  })

  test('of nothing but empty containers are refused', async () => {
    const path = file('empty.pkl', Buffer.from(`\x80\x04](${'}'.repeat(5_000_000)}e.`, 'latin1'))
    expect(mistakeOf(await inspect(path))).toMatch(/too much memory.*LIMBIC_LIMIT_MEMORY=/)
  })

  const shared = sharedPath('data', 'reports', '30-attacks')
  test.skipIf(shared === undefined)('of the reference folder are refused', async () => {
    const says: Readonly<Record<string, RegExp>> = {
      'copies.pkl': /copies its values again and again/,
      'h100000000.csd': /declares more than its file can hold/,
      'csd-left-open.csd': /damaged or cut short/,
    }
    for (const [name, words] of Object.entries(says)) {
      expect(mistakeOf(await inspect(`${shared}/${name}`))).toMatch(words)
    }
  })
})

describe('what is printed', () => {
  test.each([['models'], ['--help'], ['help', 'train'], ['models', '--json']])(
    'to a disk that is full ends in one line (%s)',
    async (...args) => {
      const { status, stderr } = await bounded(args, { stdout: '/dev/full' })
      expect(stderr).toMatch(/^limbic: standard output: the disk is full\.[^\n]*\n$/)
      expect(status).toBe(2)
    },
  )

  test('to whoever has gone ends without a word', async () => {
    const script = '"$1" "$2" models --json | true; echo "$PIPESTATUS"'
    const child = spawn('bash', ['-c', script, 'bash', process.execPath, program])
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (text) => {
      stdout += text
    })
    child.stderr.on('data', (text) => {
      stderr += text
    })
    await new Promise((done) => child.on('close', done))
    expect([stdout.trim(), stderr]).toEqual(['0', ''])
  })
})

test('a folder that may not be written to is told in one line', async () => {
  const below = `${file('plain', '')}/below`
  const outcome = await bounded(['data', 'synth', '--out', below, '--samples', '8,4,4', '--quiet'])
  expect(mistakeOf(outcome)).toMatch(/is a file, not a folder|of that name already exists/)
})
