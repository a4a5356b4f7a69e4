/** The models of the documents, by name, and what defines a custom one. */
import { LimbicError } from '../base/errors.js'
import { suggest } from '../base/schema.js'
import type { Model } from './define/model.js'
import { emoembs } from './emoembs/index.js'
import { fe2e } from './fe2e/index.js'
import { hda } from './hda/index.js'
import { amh, mha } from './hopping/index.js'
import { lfLstm, lfTrans } from './late-fusion/index.js'
import { mdre } from './mdre/index.js'
import { mesm } from './mesm/index.js'
import { mmlatch } from './mmlatch/index.js'
import { mult } from './mult/index.js'
import { graphMfn } from './quoted/graph-mfn/index.js'
import { lmf } from './quoted/lmf/index.js'
import { marn } from './quoted/marn/index.js'
import { mcsan } from './quoted/mcsan/index.js'
import { mctn } from './quoted/mctn/index.js'
import { mfn } from './quoted/mfn/index.js'
import { misa } from './quoted/misa/index.js'
import { multimodalRouting } from './quoted/multimodal-routing/index.js'
import { raven } from './quoted/raven/index.js'
import { selfMm } from './quoted/self-mm/index.js'
import { tbje } from './quoted/tbje/index.js'
import { tfn } from './quoted/tfn/index.js'
import { selfcross } from './selfcross/index.js'
import { voice } from './voice/index.js'

export { z } from 'zod'
export {
  type ConfiguredModel,
  defineModel,
  type Model,
  type ModelDefinition,
  type ModelInputs,
  type ModelOutputs,
  type PublishedName,
  type Stage,
  type Widths,
  type WordVectors,
} from './define/model.js'
export { emoembs } from './emoembs/index.js'
export { fe2e } from './fe2e/index.js'
export { hda } from './hda/index.js'
export { amh, mha } from './hopping/index.js'
export { lfLstm, lfTrans } from './late-fusion/index.js'
export { mdre } from './mdre/index.js'
export { mesm } from './mesm/index.js'
export { mmlatch } from './mmlatch/index.js'
export { mult } from './mult/index.js'
export { graphMfn } from './quoted/graph-mfn/index.js'
export { lmf } from './quoted/lmf/index.js'
export { marn } from './quoted/marn/index.js'
export { mcsan } from './quoted/mcsan/index.js'
export { mctn } from './quoted/mctn/index.js'
export { mfn } from './quoted/mfn/index.js'
export { misa } from './quoted/misa/index.js'
export { multimodalRouting } from './quoted/multimodal-routing/index.js'
export { raven } from './quoted/raven/index.js'
export { selfMm } from './quoted/self-mm/index.js'
export { tbje } from './quoted/tbje/index.js'
export { tfn } from './quoted/tfn/index.js'
export { selfcross } from './selfcross/index.js'
export { voice } from './voice/index.js'

/** Every model. */
export const models: readonly Model[] = [
  mmlatch,
  lfLstm,
  lfTrans,
  emoembs,
  mult,
  hda,
  selfcross,
  mdre,
  mha,
  amh,
  tfn,
  lmf,
  multimodalRouting,
  tbje,
  misa,
  raven,
  mcsan,
  selfMm,
  mfn,
  graphMfn,
  marn,
  mctn,
  voice,
  fe2e,
  mesm,
]

/**
 * Finds a model by name.
 *
 * @throws LimbicError that suggests the nearest name
 */
export function findModel(name: string): Model {
  const found = models.find((model) => model.name === name)
  if (found) return found
  const names = models.map((model) => model.name)
  throw new LimbicError(`unknown model "${name}"`, { hint: suggest(name, names) })
}
