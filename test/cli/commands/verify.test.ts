import { readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors/index.js'
import { jsonLines, limbic } from '../../support/command-line.js'
import { sharedPath, temporaryFolder } from '../../support/folders.js'

const golden = sharedPath('golden')
const files = golden
  ? readdirSync(golden)
      .filter((name) => name.endsWith('.safetensors'))
      .map((name) => join(golden, name))
  : []

const folder = temporaryFolder()

/** A copy of a reference file with the first number of one tensor changed. */
function changed(name: string, tensor: string, by: number): string {
  const { metadata, tensors } = readSafetensors(join(golden ?? '', `${name}.safetensors`))
  const stored = tensors.get(tensor)
  if (!(stored?.data instanceof Float32Array)) throw new Error(`no floats called ${tensor}`)
  stored.data[0] = (stored.data[0] ?? 0) + by
  const path = join(folder, `${name}, ${tensor}.safetensors`)
  writeSafetensors(path, tensors, metadata)
  return path
}

interface Verdict {
  readonly file: string
  readonly passed: boolean
  readonly comparisons: readonly { readonly what: string; readonly error: number }[]
}

async function verdicts(...paths: string[]) {
  const { status, stdout, stderr } = await limbic(['verify', ...paths, '--json', '--quiet'])
  expect(stderr).toBe('')
  return { status, records: jsonLines<Verdict>(stdout) }
}

describe.skipIf(files.length === 0)(
  'limbic verify, with the reference files (../shared/golden, or golden in LIMBIC_SHARED)',
  () => {
    test('passes every one of them, in one run', async () => {
      const { status, records } = await verdicts(...files)
      expect(records.map(({ file }) => file)).toEqual(files)
      expect(records.filter(({ passed }) => !passed)).toEqual([])
      for (const { comparisons } of records) {
        const whats = ['output', 'loss', 'trajectory', 'gradients', 'parameters after']
        expect(comparisons.map(({ what }) => what)).toEqual(whats)
      }
      expect(status).toBe(0)
    })

    test('fails where a weight or an expected number differs, and goes on with other files', async () => {
      const weight = changed('mmlatch-baseline', 'param.classifier.weight', 0.01)
      const output = changed('lf-lstm', 'output', 0.01)
      const whole = join(golden ?? '', 'emoembs.safetensors')
      const { status, records } = await verdicts(weight, output, whole)
      expect(status).toBe(1)
      expect(records.map(({ passed }) => passed)).toEqual([false, false, true])
      const errors = new Map(records[1]?.comparisons.map(({ what, error }) => [what, error]))
      expect(errors.get('output')).toBeCloseTo(0.01, 5)
      expect(errors.get('gradients')).toBeLessThan(1e-4)
    })

    test('goes on after files that are none, and ends with 2', async () => {
      const none = join(folder, 'none.safetensors')
      writeFileSync(none, 'hello')
      const absent = join(folder, 'absent.safetensors')
      const whole = join(golden ?? '', 'emoembs.safetensors')
      const { status, stdout, stderr } = await limbic(['verify', none, whole, absent, '--quiet'])
      expect(stderr).toMatch(
        /^limbic: .*none\.safetensors: .*\nlimbic: .*absent\.safetensors: .*\n$/,
      )
      expect(stdout).toMatch(/emoembs\.safetensors\n[\s\S]*output .* ok\n/)
      expect(stdout).toContain(`Not compared, 2 of 3: ${none}, ${absent}\nWithin tolerance: 1 of 3`)
      expect(status).toBe(2)
    })

    test('tells a person of each file in a block of its own', async () => {
      const whole = join(golden ?? '', 'mmlatch-feedback.safetensors')
      const passed = await limbic(['verify', whole])
      expect(passed.stdout).toMatch(/output .* ok\n/)
      expect(passed.stdout).toMatch(/All within tolerance\n$/)
      expect(passed.stderr).toBe(`Running ${whole}\n`)

      const bad = changed('mmlatch-feedback', 'output', 0.01)
      const { status, stdout } = await limbic(['verify', bad, whole, '--quiet'])
      const blocks = stdout.split(/(?=^.*\.safetensors\n\n)/m)
      expect(blocks.map((block) => basename(block.split('\n')[0] ?? ''))).toEqual(
        [bad, whole].map((path) => basename(path)),
      )
      expect(blocks[0]).toMatch(/output .* 1\.0e-2 .* EXCEEDS TOLERANCE/)
      expect(blocks[1]).not.toContain('EXCEEDS TOLERANCE')
      expect(blocks[1]).toContain(`Not within tolerance, 1 of 2: ${bad}\n`)
      expect(status).toBe(1)
    })
  },
)

describe('limbic verify', () => {
  test('refuses what is no reference file', async () => {
    const path = join(folder, 'weights.safetensors')
    const data = Float32Array.of(1, 2)
    writeSafetensors(path, new Map([['x', { dtype: 'float32', shape: [2], data }]]))
    const { status, stdout, stderr } = await limbic(['verify', path, '--quiet'])
    expect(stderr).toMatch(
      /^limbic: .*weights\.safetensors: a reference file of an unknown model.*got no "model"/,
    )
    expect(stdout).toBe(`Not compared, 1 of 1: ${path}\n`)
    expect(status).toBe(2)
  })
})
