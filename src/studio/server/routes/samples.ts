/** Requests about the samples of a corpus, and their recordings. */
import { Hono } from 'hono'
import { oneLine, shortened } from '../../../base/text/clean.js'
import { isAsked, labelsOf, type SampleList, tellLabels } from '../../../data/corpora/listing.js'
import { splitNames } from '../../../data/dataset.js'
import { RunFolder } from '../../../runs/folder.js'
import {
  type CorpusRow,
  explainRequest,
  type Played,
  type SamplePage,
  samplesRequest,
} from '../../protocol.js'
import { sendContent } from '../http/files.js'
import { existingIn, NotFound, realOf } from '../http/places.js'
import { SampleLists } from '../samples/lists.js'
import { mediumFile, mediumOf } from '../samples/medium.js'
import { bodyOf } from './body.js'
import { givenData, type Rooms } from './rooms.js'

/** The number of samples of a page. */
const step = 50
/** Longer words and names are cut. */
const longest = 2000

export function sampleRoutes({ folder, data, reports }: Rooms): Hono {
  const lists = new SampleLists(reports)
  return new Hono()
    .post('/samples', async (context) => {
      const { data: name, from, split, label } = await bodyOf(context, samplesRequest)
      const { key, list } = await lists.of(givenData(data, name))
      const { samples, emotionNames, silent } = list
      const chosen = samples.flatMap((sample, index) =>
        isAsked(sample, { split, label }, emotionNames) ? [index] : [],
      )
      const labels = new Set(samples.flatMap((sample) => labelsOf(sample, emotionNames)))
      const page: SamplePage = {
        ...{ list: key, all: samples.length, found: chosen.length, step },
        splits: splitNames.filter((one) => samples.some((sample) => sample.split === one)),
        labels: [...labels].sort(),
        rows: chosen.slice(from, from + step).flatMap((index) => rowOf(list, index) ?? []),
        ...(silent !== undefined && { silent }),
      }
      return context.json(page)
    })
    .post('/samples/played', async (context) => {
      const { run, sample } = await bodyOf(context, explainRequest)
      const path = existingIn(folder, run)
      if (!new RunFolder(path).exists) throw new NotFound()
      const name = sameData(data, new RunFolder(path).readConfig().data.path)
      if (name === undefined) return context.json({} satisfies Played)
      const { key, list } = await lists.of(name)
      const row = rowOf(list, placeOf(list, sample))
      const played: Played = row?.medium ? { list: key, row } : {}
      return context.json(played)
    })
    .get('/samples/:list/:index/:part', (context) => {
      const { list, index, part } = context.req.param()
      const { path, type } = mediumFile(lists.at(list), index, part)
      return sendContent(context, path, { 'content-type': type })
    })
}

function rowOf({ samples, emotionNames }: SampleList, index: number): CorpusRow | undefined {
  const sample = samples[index]
  if (!sample) return undefined
  const { id, split, speaker, text } = sample
  const medium = mediumOf(sample)
  return {
    ...{ index, id: shown(id), label: shown(tellLabels(sample, emotionNames)) },
    ...(split !== undefined && { split }),
    ...(speaker !== undefined && { speaker: shown(speaker) }),
    ...(text !== undefined && { words: shown(text) }),
    ...(medium && { medium }),
  }
}

const shown = (text: string) => shortened(oneLine(text), longest)

/** Where a sample of a test split is in a list; -1 if that is not clear. */
function placeOf({ samples }: SampleList, id: string): number {
  const places = samples.flatMap((sample, at) => (sample.id === id ? [at] : []))
  const tested = places.filter((at) => samples[at]?.split === 'test')
  const [place = -1, ...others] = tested.length > 0 ? tested : places
  return others.length > 0 ? -1 : place
}

/** Which of the studio's data a run was trained on, if any. */
function sameData(data: readonly string[], path: string): string | undefined {
  const real = realOf(path)
  return data.find((name) => name === path || (real !== undefined && realOf(name) === real))
}
