/** Requests that train, reproduce a table, inspect data or stop a job. */
import { mkdirSync } from 'node:fs'
import { Hono } from 'hono'
import { LimbicError } from '../../../base/errors.js'
import { experimentNames, findExperiment } from '../../../experiments/read.js'
import { models } from '../../../models/index.js'
import {
  type ExperimentRow,
  inspectRequest,
  type ModelRow,
  reproduceRequest,
  resumeRequest,
  trainRequest,
} from '../../protocol.js'
import { existingIn, NotFound, newIn } from '../http/places.js'
import { reproduceArguments, trainArguments } from '../work/commands.js'
import { bodyOf } from './body.js'
import { givenData, type Rooms } from './rooms.js'

export function workRoutes({ folder, data, fieldsOf, jobs }: Rooms): Hono {
  const dataAt = (name: string) => (name === 'synthetic' ? name : givenData(data, name))
  /** The folder for new runs; it need not exist yet. */
  const placeAt = (name: string) => {
    mkdirSync(folder, { recursive: true })
    return newIn(folder, name)
  }
  return new Hono()
    .get('/models', (context) => context.json(models.map(aboutModel)))
    .get('/models/:name/fields', (context) => {
      const name = context.req.param('name')
      if (!models.some((model) => model.name === name)) throw new NotFound()
      return context.json(fieldsOf(name))
    })
    .get('/experiments', (context) => context.json(experimentNames().map(aboutExperiment)))
    .post('/train', async (context) => {
      const request = await bodyOf(context, trainRequest)
      const places = { data: dataAt(request.data), out: placeAt(request.out) }
      const args = trainArguments(request, places, fieldsOf)
      const title = `${request.model} on ${request.data}`
      return context.json(jobs.start({ kind: 'train', title, args, folder: request.out }))
    })
    .post('/resume', async (context) => {
      const { folder: name } = await bodyOf(context, resumeRequest)
      const args = ['train', `--resume=${existingIn(folder, name)}`]
      const title = `${name}, resumed`
      return context.json(jobs.start({ kind: 'train', title, args, folder: name }))
    })
    .post('/reproduce', async (context) => {
      const request = await bodyOf(context, reproduceRequest)
      const { experiment } = request
      if (!experimentNames().includes(experiment)) throw new NotFound()
      const places = { data: dataAt(request.data), out: placeAt(request.out) }
      const args = reproduceArguments(request, places)
      const title = `${experiment} on ${request.data}`
      return context.json(jobs.start({ kind: 'reproduce', title, args, folder: request.out }))
    })
    .post('/jobs/:id/stop', (context) => {
      jobs.stop(context.req.param('id'))
      return context.json({})
    })
    .post('/inspect', async (context) => {
      const { data: name } = await bodyOf(context, inspectRequest)
      const path = dataAt(name)
      if (path === 'synthetic') {
        throw new LimbicError('synthetic data is generated anew for each run', {
          hint: 'Write it to a file with limbic data synth, and restart the studio with that file',
        })
      }
      const args = ['data', 'inspect', '--json', '--', path]
      const { stdout, problem } = await jobs.finish({ kind: 'report', title: 'Data', args })
      if (problem !== undefined) throw new LimbicError(problem)
      return context.body(stdout, 200, { 'content-type': 'application/json' })
    })
}

function aboutModel({ name, title, source }: ModelRow): ModelRow {
  return { name, title, source }
}

function aboutExperiment(name: string): ExperimentRow {
  return { name, title: findExperiment(name).experiment.title }
}
