/** Frames of a waveform, and padding at its ends. */
import {
  addDimensions,
  concat,
  type Dimension,
  floorDivideDimension,
  multiplyDimensions,
  pad,
  reshape,
  reverse,
  slice,
  subtractDimensions,
  type Tensor,
} from '../../../graph/index.js'

/**
 * The padding at the ends of a waveform, so that the middle of frame t is sample t * hop: the
 * waveform mirrored at its first and last samples, zeros, or none (frame t then starts at sample t
 * * hop).
 */
export const edgeNames = ['reflect', 'zeros', 'none'] as const
export type Edges = (typeof edgeNames)[number]

/**
 * Pads a waveform by half a frame at both ends.
 *
 * @param waveform float32 [batch, samples]; for `reflect` more than half a frame of samples
 * @param frame samples per frame
 * @returns [batch, samples + 2 floor(frame / 2)], or the waveform itself for `none`
 */
export function withEdges(waveform: Tensor, frame: number, edges: Edges): Tensor {
  const amount = Math.floor(frame / 2)
  if (edges === 'none' || amount === 0) return waveform
  if (edges === 'zeros') return pad(waveform, [0, amount], [0, amount])
  const head = reverse(slice(waveform, 1, 1, amount + 1), 1)
  const tail = reverse(slice(waveform, 1, -amount - 1, -1), 1)
  return concat([head, waveform, tail], 1)
}

/** The number of whole frames: floor((samples - frame) / hop) + 1. */
function frameCount(samples: Dimension, frame: number, hop: number): Dimension {
  return addDimensions(floorDivideDimension(addDimensions(samples, -frame), hop), 1)
}

/**
 * Successive frames.
 *
 * @param waveform float32 [batch, samples], at least one frame long
 * @param frame samples per frame
 * @param hop samples between frames
 * @returns [batch, frames, frame], frames = floor((samples - frame) / hop) + 1
 */
export function framed(waveform: Tensor, frame: number, hop: number): Tensor {
  const [batch, samples] = waveform.axes('batch', 'samples')
  const hops = addDimensions(frameCount(samples, frame, hop), hopsInFrame(frame, hop) - 1)
  const rest = subtractDimensions(multiplyDimensions([hops, hop]), samples)
  const grid = reshape(pad(waveform, [0, 0], [0, rest]), [batch, hops, hop])
  return framedHops(grid, frame)
}

/** The number of hops that a frame overlaps. */
export function hopsInFrame(frame: number, hop: number): number {
  return Math.ceil(frame / hop)
}

/**
 * The frames of a waveform that is given in hops.
 *
 * @param hops float32 [batch, hops, hop], as many hops as there are frames, and `hopsInFrame` - 1 more
 * @returns [batch, frames, frame]
 */
export function framedHops(hops: Tensor, frame: number): Tensor {
  const hop = hops.fixedSize(2)
  // A frame consists of successive hops, the last one cut.
  const pieces = hopsInFrame(frame, hop)
  const parts = Array.from({ length: pieces }, (_, piece) => {
    const after = pieces - 1 - piece
    const part = slice(hops, 1, piece, after === 0 ? undefined : -after)
    return after === 0 ? slice(part, 2, 0, frame - piece * hop) : part
  })
  return concat(parts, 2)
}
