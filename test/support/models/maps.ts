/** Maps as a model gives them, by their names. */
import { describeMap } from '../../../src/models/define/maps.js'
import type { Value } from '../../../src/runtime/session.js'
import type { MapResult } from '../../../src/use/trained-model.js'

export function mapOf(name: string, value: Value, axes?: readonly (string | number)[]): MapResult {
  return { ...describeMap(name), ...(axes && { axes }), value }
}
