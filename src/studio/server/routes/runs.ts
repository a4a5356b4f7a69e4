/** Requests about runs: details, curves, comparison, explanation. */
import { type Context, Hono } from 'hono'
import { LimbicError } from '../../../base/errors.js'
import { learningCurves } from '../../../report/charts/runs/learning-curves.js'
import { RunFolder } from '../../../runs/folder.js'
import { compareRequest, explainRequest } from '../../protocol.js'
import { sendFile } from '../http/files.js'
import { existingIn, NotFound } from '../http/places.js'
import { detailOf } from '../runs/detail.js'
import { bodyOf } from './body.js'
import type { Rooms } from './rooms.js'

export function runRoutes({ folder, reports }: Rooms): Hono {
  /** @throws NotFound if there is no such run */
  const runAt = (name: string) => {
    const path = existingIn(folder, name)
    if (!new RunFolder(path).exists) throw new NotFound()
    return path
  }
  return new Hono()
    .get('/run', (context) => context.json(detailOf(folder, runAt(nameIn(context)))))
    .get('/curves', async (context) => {
      const path = runAt(nameIn(context))
      const svg = await curvesOf(new RunFolder(path), context.req.query('of') === 'rate')
      return context.body(svg, 200, { 'content-type': 'image/svg+xml' })
    })
    .get('/model', async (context) => {
      const name = nameIn(context)
      const path = existingIn(folder, name)
      const file = 'model.onnx'
      const maps = context.req.query('maps') === 'yes' ? ['--maps'] : []
      const out = await reports.writeFile('Model', ['export', ...maps], [path], file)
      return sendFile(context, out, file)
    })
    .post('/compare', async (context) => {
      const { runs } = await bodyOf(context, compareRequest)
      const paths = runs.map((name) => existingIn(folder, name))
      const title = runs.length === 1 ? (runs[0] ?? '') : 'Comparison of runs'
      const command = ['compare', `--title=${title}`]
      return context.json(await reports.write('Comparison', command, paths, 'report.html'))
    })
    .post('/explain', async (context) => {
      const { run, sample } = await bodyOf(context, explainRequest)
      const command = ['explain', `--sample=${sample}`, '--split=test']
      return context.json(
        await reports.write('Explanation', command, [runAt(run)], 'explanation.html'),
      )
    })
}

function nameIn({ req }: Context): string {
  return req.query('path') ?? ''
}

/** Losses, or the learning rate, by epoch. @throws LimbicError if no epoch is finished */
async function curvesOf(run: RunFolder, isRate: boolean): Promise<string> {
  const epochs = run.readEpochs()
  if (epochs.length === 0) throw new LimbicError('no epoch is finished yet', { where: run.path })
  const seriesOf = (name: string, key: 'trainLoss' | 'validLoss' | 'rate') => ({
    ...{ name, runs: [epochs.map((record) => record[key])] },
  })
  return learningCurves(
    isRate
      ? { title: 'Learning rate', figure: 'Learning rate', series: [seriesOf('rate', 'rate')] }
      : {
          ...{ title: 'Loss by epoch', figure: 'Loss' },
          series: [seriesOf('training', 'trainLoss'), seriesOf('validation', 'validLoss')],
        },
  )
}
