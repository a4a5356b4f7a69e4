/** Fetches files that a page names by their address. */
import { LimbicError, messageOf } from '../base/errors.js'

/**
 * The bytes at an address.
 *
 * @param what is fetched, for messages: `the model`
 * @throws LimbicError if there is no such file, or no connection
 */
export async function fetchBytes(address: string | URL, what: string): Promise<Uint8Array> {
  const where = String(address)
  try {
    const response = await fetch(address)
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
    throw new LimbicError(`${what} could not be fetched`, {
      where,
      got: `status ${response.status}`,
      hint: 'Check the address',
    })
  } catch (error) {
    if (error instanceof LimbicError) throw error
    const got = messageOf(error)
    throw new LimbicError(`${what} could not be fetched`, { where, got }, { cause: error })
  }
}
