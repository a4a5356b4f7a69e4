/**
 * Packs parameters together in memory, so that the optimiser has a few large tensors, not many
 * small ones.
 */
import { elementCount, type Parameter } from '../../graph/index.js'
import { factorOf, type ParameterGroup } from './adam.js'

/** Parameters that share a learning rate and a block of memory. */
export interface Pack {
  readonly name: string
  /** The factor on its learning rate. */
  readonly factor: number
  /** In elements. */
  readonly size: number
  readonly members: readonly PackMember[]
}

export interface PackMember {
  readonly parameter: Parameter
  /** Where its elements begin. */
  readonly offset: number
}

/**
 * A pack of this many elements, with its moments, stays in a core's cache while Adam passes over it
 * a dozen times; a larger one would be fetched from memory each time.
 */
const roomy = 0x8000

/** All parameters in packs, in order; one larger than a pack gets its own. */
export function packParameters(
  trained: readonly Parameter[],
  groups: readonly ParameterGroup[],
): Pack[] {
  const packs: { factor: number; size: number; members: PackMember[] }[] = []
  for (const parameter of trained) {
    const count = elementCount(parameter.shape)
    const factor = factorOf(parameter, groups)
    const last = packs.findLast((pack) => pack.factor === factor)
    const fits = last !== undefined && last.size + count <= roomy
    const pack = fits ? last : { factor, size: 0, members: [] }
    if (!fits) packs.push(pack)
    pack.members.push({ parameter, offset: pack.size })
    pack.size += count
  }
  return packs.map((pack, index) => ({ name: String(index), ...pack }))
}
