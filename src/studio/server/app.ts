/** The requests that the studio answers. */
import { dirname } from 'node:path'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { LimbicError } from '../../base/errors.js'
import { version } from '../../disk/package.js'
import type { QueueBoard } from '../../sweep/view/board.js'
import type { About } from '../protocol.js'
import { Events } from './http/events.js'
import { sendFile } from './http/files.js'
import { type GuardOptions, guard, reportPolicy } from './http/guard.js'
import { NotFound } from './http/places.js'
import { modelFiles, modelPath, siteFolder } from './http/site.js'
import { QueueWatch } from './queue/watch.js'
import { queueRoutes } from './routes/queue.js'
import type { Given, Rooms } from './routes/rooms.js'
import { runRoutes } from './routes/runs.js'
import { sampleRoutes } from './routes/samples.js'
import { workRoutes } from './routes/work.js'
import { RunCatalogue } from './runs/catalogue.js'
import { KeptRows } from './runs/kept-rows.js'
import { Jobs } from './work/jobs.js'
import { Reports } from './work/reports.js'

export interface AppOptions extends GuardOptions, Given {
  /** What is in the queue. */
  readonly board?: QueueBoard | undefined
}

/** What requests need. */
export interface App extends AsyncDisposable {
  readonly fetch: Hono['fetch']
}

/** The maximum size of a request's body, in bytes: settings and names. */
const largestBody = 2 ** 20

/** The number of rows per event, so that a page shows the first ones early. */
const rowsAtOnce = 500

export function openApp(options: AppOptions): App {
  const events = new Events()
  const { folder, cache } = options
  const kept = cache === undefined ? undefined : new KeptRows(cache, folder)
  const catalogue = new RunCatalogue(folder, (event) => events.send(event), kept)
  const jobs: Jobs = new Jobs(() => events.send({ kind: 'jobs', jobs: jobs.rows }))
  const reports = new Reports(jobs)
  const queue =
    options.board &&
    new QueueWatch(
      options.board,
      () => events.listeners > 0,
      (rows) => events.send({ kind: 'queue', queue: rows }),
    )
  const rooms: Rooms = { ...options, catalogue, jobs, reports, queue }
  const about: About = {
    ...{ version, isStatic: false, folder: options.name },
    data: ['synthetic', ...options.data],
    ...(options.queue && { queue: options.queue.shown }),
  }

  const site = siteFolder()
  const app = new Hono()
  app.use(guard(options))
  app.use(bodyLimit({ maxSize: largestBody, onError: tooLarge }))
  app.onError(answerTo)
  app.notFound((context) => context.json({ error: 'Not found' }, 404))

  app.get('/studio.json', (context) => context.json(about))
  app.get('/api/events', (context) => events.stream(context, () => stateOf(rooms)))
  app.route('/api', runRoutes(rooms))
  app.route('/api', workRoutes(rooms))
  app.route('/api', sampleRoutes(rooms))
  app.route('/api', queueRoutes(rooms))
  app.get('/reports/:id/:name{.+}', (context) => {
    const { id, name } = context.req.param()
    const headers = { 'content-security-policy': reportPolicy }
    return sendFile(context, reports.folderOf(id), name, headers)
  })
  app.get('/results/:name{.+}', (context) => {
    const name = context.req.param('name')
    // Only files that limbic reproduce writes, nothing else of the folder.
    if (!/(?:^|\/)(?:report\.html|table\.(?:csv|md|tex))$/.test(name)) throw new NotFound()
    const headers = { 'content-security-policy': reportPolicy }
    return sendFile(context, options.folder, name, headers)
  })
  app.get('/models/:name', (context) => {
    const name = context.req.param('name')
    if (!modelFiles.includes(name)) throw new NotFound()
    return sendFile(context, dirname(modelPath(name)), name)
  })
  app.get('/', (context) => sendFile(context, site, 'index.html'))
  app.get('/:name{.+}', (context) => sendFile(context, site, context.req.param('name')))

  const watching = catalogue.watch()
  return {
    fetch: app.fetch,
    async [Symbol.asyncDispose]() {
      catalogue.close()
      await queue?.close()
      await jobs.close()
      await watching
      reports.close()
    },
  }
}

/** The first events of a page. */
function stateOf({ catalogue, jobs, queue }: Rooms) {
  const { rows, listed } = catalogue
  const slices = Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, at) => ({
    ...{ kind: 'runs' as const, removed: [] },
    rows: rows.slice(at * rowsAtOnce, (at + 1) * rowsAtOnce),
  }))
  return [
    ...slices,
    ...(listed ? [{ kind: 'listed' as const, total: rows.length }] : []),
    { kind: 'jobs' as const, jobs: jobs.rows },
    ...(queue ? [{ kind: 'queue' as const, queue: queue.now }] : []),
  ]
}

const tooLarge = (context: Context) =>
  context.json({ error: `The request has more than ${largestBody} bytes` }, 413)

/** Reports invalid input to the user; any other error is a bug in Limbic. */
function answerTo(error: unknown, context: Context): Response {
  if (error instanceof NotFound) return context.json({ error: error.message || 'Not found' }, 404)
  if (error instanceof LimbicError) return context.json({ error: error.message }, 400)
  console.error(error)
  return context.json({ error: 'This is a bug of Limbic; the terminal says more' }, 500)
}
