/** Brings a run of a store that another one starts from. */
import { isRemote, readObjectAddress } from '../../remote/address.js'
import { openRemote } from '../../remote/store.js'
import { weightsFileOf } from '../from.js'
import { pull } from './exchange.js'

/**
 * The path on this machine of a run, or a folder of seeds, at a path or address: what lies in a store
 * is brought to its mirror.
 */
export async function bringSource(place: string): Promise<string> {
  if (!isRemote(place)) return place
  return (await pull(await openRemote(), readObjectAddress(place))).path
}

/**
 * The file of the weights that a run starts from.
 *
 * @param place the run or folder of seeds, or its address
 * @throws LimbicError if there is no such run, or it has no weights
 */
export async function bringWeights(place: string): Promise<string> {
  return weightsFileOf(await bringSource(place))
}
