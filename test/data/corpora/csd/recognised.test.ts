/** Computational sequences are known by their content, whatever they are called. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  isSequenceFile,
  openSequences,
  type SequencesOptions,
} from '../../../../src/data/corpora/csd/index.js'
import { openRawCorpus } from '../../../../src/data/corpora/raw/index.js'
import { openDataset } from '../../../../src/data/open.js'
import { limbic, mistakeOf, succeed } from '../../../support/command-line.js'
import { writeSequence } from '../../../support/data/sequence-files.js'
import { emptyFiles, writeTree } from '../../../support/data/trees.js'
import { temporaryPaths } from '../../../support/folders.js'

const at = temporaryPaths()
const rows = {
  features: [[1], [2]],
  intervals: [
    [0, 1],
    [1, 2],
  ],
}
const sequence = await writeSequence(at('covarep.csd'), 'COVAREP', { a: rows, b: rows })
const named = (name: string) => {
  copyFileSync(sequence, at(name))
  return at(name)
}
const packed = at('covarep.bin')
writeFileSync(packed, gzipSync(readFileSync(sequence)))

describe('a computational sequence', () => {
  it.each(['x.hdf5', 'x.h5', 'x', 'x.pkl', 'x.csd'])('called %s is one', async (name) => {
    const path = named(name)
    expect(await isSequenceFile(path)).toBe(true)
    expect(await succeed('data', 'inspect', path)).toContain(
      'COVAREP: computational sequence of 1 features a row',
    )
    await expect(openDataset(path)).rejects.toThrow(/one computational sequence.*limbic data align/)
  })

  it('is one where it is packed', async () => {
    expect(await isSequenceFile(packed)).toBe(true)
    expect(await succeed('data', 'inspect', packed)).toContain('2 videos, 4 rows')
  })

  it('is put together with others whatever they are called', async () => {
    const dataset = await openSequences({
      audio: named('audio.h5'),
      labels: packed,
      alignment: 'none',
      split: { train: ['a'], valid: [], test: ['b'] },
    })
    expect(dataset.splits.train.ids).toEqual(['a[0]', 'a[1]'])
    dataset.close()
  })

  it('makes a folder a folder of sequences', async () => {
    mkdirSync(at('folder'))
    copyFileSync(sequence, at('folder', 'covarep.h5'))
    await expect(openDataset(at('folder'))).rejects.toThrow(/a folder of computational sequences/)
  })

  it('has the labels of a raw corpus', async () => {
    const folder = writeTree(at('mosi'), {
      'Raw/Transcript/Segmented/a.annotprocessed': '1_DELIM_GOOD\n2_DELIM_BAD\n',
      ...emptyFiles('Raw/Video/Full/a.mp4'),
    })
    copyFileSync(sequence, `${folder}/CMU_MOSI_Opinion_Labels.hdf5`)
    const { clips } = await openRawCorpus(folder)
    expect(clips).toMatchObject([
      { id: 'a_1', sentiment: 1, media: { video: { start: 0, end: 1 } } },
      { id: 'a_2', sentiment: 2, media: { video: { start: 1, end: 2 } } },
    ])
  })

  it('is no other file, and what is damaged is told as damaged', async () => {
    writeFileSync(at('page.csd'), '<!doctype html><p>Sign in')
    expect(await isSequenceFile(at('page.csd'))).toBe(false)
    expect(mistakeOf(await limbic(['data', 'inspect', at('page.csd')]))).toContain('a web page')
    expect(await isSequenceFile(at('nowhere.csd'))).toBe(false)
    const bytes = readFileSync(sequence)
    writeFileSync(at('cut.h5'), bytes.subarray(0, bytes.length / 2))
    expect(mistakeOf(await limbic(['data', 'inspect', at('cut.h5')]))).toContain('cut short')
  })
})

describe('labels that are not finite', () => {
  it('are left out, or refused with their place', async () => {
    const labels = await writeSequence(at('labels.h5'), 'labels', {
      a: { ...rows, features: [[1], [Number.NaN]] },
      b: rows,
    })
    const options: SequencesOptions = {
      audio: sequence,
      labels,
      alignment: 'none',
      split: { train: ['a'], valid: [], test: ['b'] },
    }
    const dataset = await openSequences(options)
    expect(dataset.splits.train.ids).toEqual(['a[0]'])
    expect(dataset.notes).toContain('1 segments have invalid labels and are left out')
    dataset.close()
    await expect(openSequences({ ...options, labelPolicy: 'refuse' })).rejects.toThrow(
      /labels\.h5, entry a, row 1: a label is not finite: expected a number, got NaN/,
    )
  })
})
