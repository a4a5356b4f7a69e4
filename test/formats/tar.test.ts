import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readTar, writeTar } from '../../src/formats/tar/tar.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const hasTar = spawnSync('tar', ['--version']).status === 0
const contents = {
  'a.txt': 'one',
  empty: '',
  'stages/1-x/b.bin': 'x'.repeat(512),
  'c d é': 'y'.repeat(3000),
}

function write(): string {
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(at('from', name, '..'), { recursive: true })
    writeFileSync(at('from', name), text)
  }
  writeTar(at('made.tar'), at('from'), Object.keys(contents))
  return at('made.tar')
}
const read = (folder: string) =>
  Object.fromEntries(
    Object.keys(contents).map((name) => [name, readFileSync(at(folder, name), 'utf8')]),
  )

describe('an archive', () => {
  test('gives back what was put in', () => {
    expect(readTar(write(), at('back'))).toEqual(Object.keys(contents))
    expect(read('back')).toEqual(contents)
  })

  test.skipIf(!hasTar)(
    `is one for other programs, and theirs are read${hasTar ? '' : ' (needs tar)'}`,
    () => {
      mkdirSync(at('theirs'))
      expect(spawnSync('tar', ['-xf', write(), '-C', at('theirs')]).status).toBe(0)
      expect(read('theirs')).toEqual(contents)
      const args = [
        '--format=ustar',
        '-cf',
        at('theirs.tar'),
        '-C',
        at('theirs'),
        ...Object.keys(contents),
      ]
      expect(spawnSync('tar', args).status).toBe(0)
      readTar(at('theirs.tar'), at('again'))
      expect(read('again')).toEqual(contents)
    },
  )

  test('that is cut short, damaged, or means to write elsewhere is refused', () => {
    const whole = readFileSync(write())
    const refused = (bytes: Buffer) => {
      writeFileSync(at('odd.tar'), bytes)
      return () => readTar(at('odd.tar'), at('odd'))
    }
    for (const length of [0, 100, 600, whole.length - 1024]) {
      expect(refused(whole.subarray(0, length))).toThrow('damaged or cut short')
    }
    const flipped = Buffer.from(whole)
    flipped[0] = 0x62
    expect(refused(flipped)).toThrow('damaged or cut short')
    const away = Buffer.from(whole)
    away.write('../ab', 0)
    // The sum of the header again, so that only the name is wrong.
    const difference =
      [...'../ab'].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) -
      [...'a.txt'].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
    const sum = Number.parseInt(whole.toString('latin1', 148, 154), 8) + difference
    away.write(sum.toString(8).padStart(6, '0'), 148)
    expect(refused(away)).toThrow('plain files only')
    expect(existsSync(at('ab'))).toBe(false)
  })
})
