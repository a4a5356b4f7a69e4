/** Requests about the queue of many machines. */
import { Hono } from 'hono'
import { cancelRequest } from '../../protocol.js'
import { NotFound } from '../http/places.js'
import { bodyOf } from './body.js'
import type { Rooms } from './rooms.js'

export function queueRoutes({ queue }: Rooms): Hono {
  return new Hono().post('/queue/cancel', async (context) => {
    const { sweep } = await bodyOf(context, cancelRequest)
    if (!queue) throw new NotFound()
    return context.json({ cancelled: await queue.board.cancel(sweep) })
  })
}
