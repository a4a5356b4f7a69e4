/** Checks the index of an MP4 before mediabunny expands it sample by sample. */
import { LimbicError } from '../../../base/errors.js'
import { boxesOf } from '../containers/boxes.js'
import type { Bytes } from '../containers/bytes.js'

/** The size of the largest index, in bytes. */
const largestIndex = 2 ** 27

/**
 * Checks how many samples the tables of an MP4 count (ISO/IEC 14496-12, 8.6.1). A damaged table may
 * count billions, all of which would be listed.
 *
 * @throws LimbicError if they count more samples than the file has bytes
 */
export async function checkSampleTables(file: Bytes, where: string): Promise<void> {
  const index = await movieOf(file)
  if (!index) return
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength)
  for (let at = 4; at + 12 <= index.length; at++) {
    if (view.getUint32(at) !== 0x73747473 && view.getUint32(at) !== 0x63747473) continue
    // `stts` and `ctts`: pairs of a count and a duration.
    const pairs = Math.min(view.getUint32(at + 8), Math.floor((index.length - at - 12) / 8))
    if (view.getUint32(at - 4) !== 16 + 8 * view.getUint32(at + 8)) continue
    let samples = 0
    for (let pair = 0; pair < pairs; pair++) samples += view.getUint32(at + 12 + 8 * pair)
    if (samples <= file.size) continue
    throw new LimbicError('its index is damaged', {
      where,
      expected: `at most ${file.size.toLocaleString('en')} samples`,
      got: samples.toLocaleString('en'),
    })
  }
}

/** The box `moov`, if the file has one. */
async function movieOf(file: Bytes): Promise<Uint8Array | undefined> {
  for await (const { type, at, size } of boxesOf(file)) {
    if (type === 'moov') return file.read(at, Math.min(size, largestIndex))
  }
  return undefined
}
