/** Reads the bodies of requests. */
import type { Context } from 'hono'
import type { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import { parseJson, validate } from '../../../base/schema.js'

/**
 * Reads and validates the body of a request.
 *
 * @throws LimbicError if it does not fit the schema. Only JSON is accepted, which pages of other
 * sites cannot send without a preflight request
 */
export async function bodyOf<Body>(context: Context, schema: z.ZodType<Body>): Promise<Body> {
  if (!/^application\/json\b/.test(context.req.header('content-type') ?? '')) {
    throw new LimbicError('the request is not JSON')
  }
  return validate(schema, parseJson(await context.req.text(), 'the request'), 'the request')
}
