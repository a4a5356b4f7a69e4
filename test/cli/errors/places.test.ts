/** Places that are taken or too small: what was there stays. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { everythingIn, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { start } from '../../support/running.js'
import { at, mistake, synthesise, train } from './commands.js'

beforeAll(async () => {
  await synthesise('corpus', '6,4,3')
  await succeed(...train(at('corpus'), '--out', at('run')))
})

describe('a place that is taken or too small', () => {
  it('something that is no store is kept', async () => {
    mkdirSync(at('thesis'))
    writeFileSync(at('thesis', 'chapter.txt'), 'precious')
    const line = await mistake('data', 'convert', at('corpus'), '--out', at('thesis'))
    expect(line).toMatch(/thesis: a folder with other content is in the way/)
    const synth = await mistake('data', 'synth', '--out', at('thesis'))
    expect(synth).toMatch(/already exists|not empty|in the way/)
    const model = await mistake('export', at('run'), '--out', at('thesis', 'chapter.txt'))
    expect(model).toMatch(/chapter\.txt: the output path is a file that is not a model/)
    const run = await mistake(...train(at('corpus'), '--out', at('thesis')))
    expect(run).toMatch(/thesis: the folder contains something other than a run.*chapter\.txt/)
    expect(readFileSync(at('thesis', 'chapter.txt'), 'utf8')).toBe('precious')
  })

  it('the folder of another run is kept', async () => {
    const line = await mistake(...train(at('corpus'), '--hidden', '6', '--out', at('run')))
    expect(line).toMatch(
      /run: the folder contains another run: expected settings\.hidden 6, got settings\.hidden 4\. Choose/,
    )
    const other = ['train', 'mdre', '--data', at('corpus'), '--out', at('run'), '--quiet']
    expect(await mistake(...other)).toMatch(
      /expected model mdre, seed 0, got model mmlatch, seed 0/,
    )
  })

  it('a model beyond the memory of the machine is refused before anything is written', async () => {
    const line = await mistake(...train(at('corpus'), '--hidden', '3000000', '--out', at('huge')))
    expect(line).toMatch(
      /model mmlatch: the model is too large for the memory.*expected at most .* GB.*got [\d,]+ parameters/,
    )
  })

  const hasLimit = spawnSync('bash', ['-c', 'ulimit -f 1']).status === 0

  describe.skipIf(!hasLimit)('files may not grow (ulimit)', () => {
    it('converting leaves nothing', async () => {
      const before = everythingIn(at())
      const args = ['data', 'convert', at('corpus'), '--out', at('full')]
      expect(mistakeOf(await start(args, { largestFile: 4 }).ended)).toMatch(
        /full: the file would be larger than allowed/,
      )
      expect(everythingIn(at())).toEqual(before)
    })

    it('exporting leaves what was there', async () => {
      writeFileSync(at('old.onnx'), 'old')
      const before = everythingIn(at())
      const args = ['export', at('run'), '--out', at('old.onnx')]
      expect(mistakeOf(await start(args, { largestFile: 8 }).ended)).toMatch(
        /old\.onnx: the file would be larger than allowed/,
      )
      expect(readFileSync(at('old.onnx'), 'utf8')).toBe('old')
      expect(everythingIn(at())).toEqual(before)
    })

    it('training stops at the checkpoint, and goes on to the same bits when there is space', async () => {
      const args = train(at('corpus'), '--out', at('grown'))
      // The weights fit, the checkpoint, three times as large, does not.
      const line = mistakeOf(await start(args, { largestFile: 40 }).ended)
      expect(line).toMatch(/checkpoint\.safetensors: the file would be larger than allowed/)
      const left = everythingIn(at('grown'))
      expect(left.filter((path) => /checkpoint|partial|results/.test(path))).toEqual([])
      await succeed(...args)
      const weights = (name: string) => readFileSync(at(name, 'weights.safetensors'))
      expect(weights('grown').equals(weights('run'))).toBe(true)
    })
  })

  const mount = at('mount')
  const mountSmall = () =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'limbic-test', mount]).status === 0
  mkdirSync(mount)
  const mayMount = mountSmall()
  if (mayMount) spawnSync('umount', [mount])

  // Only an administrator may mount a disk of a few kilobytes.
  it.skipIf(!mayMount)('a disk that fills up', async () => {
    expect(mountSmall()).toBe(true)
    try {
      const full = async (...args: string[]) => {
        const line = mistakeOf(await limbic(args))
        expect(line).toMatch(/the disk is full/)
        return everythingIn(mount)
      }
      expect(await full('data', 'synth', '--out', join(mount, 'corpus'))).toEqual([])
      expect(await full('export', at('run'), '--out', join(mount, 'model.onnx'))).toEqual([])
      const left = await full(...train(at('corpus'), '--out', join(mount, 'run')))
      expect(left.filter((path) => /partial|results/.test(path))).toEqual([])
    } finally {
      spawnSync('umount', [mount])
    }
  })

  it.skipIf(process.getuid?.() === 0)('a folder without permission', async () => {
    mkdirSync(at('locked'))
    chmodSync(at('locked'), 0o500)
    for (const args of [
      ['data', 'convert', at('corpus'), '--out', at('locked', 'store')],
      ['export', at('run'), '--out', at('locked', 'model.onnx')],
      train(at('corpus'), '--out', at('locked', 'run')),
    ]) {
      expect(await mistake(...args)).toMatch(/locked.*permission denied/)
    }
  })
})
