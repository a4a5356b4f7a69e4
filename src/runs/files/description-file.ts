/** Reads `model.json`. The runs of one grid share its text, which is then parsed once. */
import { parseJson, validate } from '../../base/schema.js'
import { readText } from '../../disk/files.js'
import { descriptionSchema, type RunDescription } from '../../learn/records.js'

let last: { readonly text: string; readonly description: RunDescription } | undefined

/** @throws LimbicError if it is damaged */
export function readDescriptionFile(path: string): RunDescription {
  const text = readText(path)
  if (last?.text === text) return last.description
  const description = validate(descriptionSchema, parseJson(text, path), path)
  last = { text, description }
  return description
}
