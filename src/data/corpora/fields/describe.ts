/** Describes the values of a file for messages. */
import {
  PickledArray,
  PickledName,
  PickledObject,
  type PickleValue,
} from '../../../formats/pickle/index.js'

/** A short description of a value, for messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'None'
  if (value instanceof PickledArray) {
    const type = value.content?.kind === 'stored' ? value.content.array.type.kind : 'object'
    return `an array of ${type} [${value.shape.join(', ')}]`
  }
  if (value instanceof PickledObject) {
    const way = value.name.startsWith('pandas.') ? '; save what .to_numpy() gives' : ''
    return `an object (${value.name}), which is kept by its name alone: only NumPy arrays and plain containers are read, and nothing is run${way}`
  }
  if (value instanceof PickledName) return `the class or function ${value.name}`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value instanceof Map) return 'a dictionary'
  if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`
  return typeof value === 'object' ? `a ${value.constructor.name}` : `${value}`
}
