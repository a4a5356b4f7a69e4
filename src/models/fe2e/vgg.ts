/** The convolutional network of FE2E, for faces and for chunks of spectrograms. */
import { maxPool, multiplyDimensions, relu, reshape, type Tensor } from '../../graph/index.js'
import { imageConvolution } from '../../nn/convolution/image-convolution.js'
import { linear } from '../../nn/layers/linear.js'
import { batchNorm } from '../../nn/layers/norm.js'
import type { Layer, Scope } from '../../nn/scope.js'

/** The number of maps after the first convolution and after each of the five blocks. */
export type VggChannels = readonly [number, number, number, number, number, number]

/** Batch normalisation in training: by the statistics of the batch, or by the running ones. */
export type VggStatistics = 'batch' | 'running'

/** The first blocks, which do not halve the maps; the others do. */
const unpooled = 2

/**
 * The factor by which the network reduces rows and columns: it halves them after the first
 * convolution and after each of the last three blocks.
 */
export const vggReduction = 16

/**
 * One block: a 3 x 3 convolution, batch normalisation and ReLU, twice; the first convolution
 * changes the number of maps. Parameters: `conv1`, `norm1`, `conv2`, `norm2`.
 */
function vggBlock(
  scope: Scope,
  { inputs, filters, frozen }: { inputs: number; filters: number; frozen: boolean },
): Layer {
  const halves = [inputs, filters].map((size, index) => {
    const place = index + 1
    const convolve = imageConvolution(scope.child(`conv${place}`), {
      ...{ inputs: size, filters, kernel: 3 },
    })
    const normalise = batchNorm(scope.child(`norm${place}`), { channels: filters, frozen })
    return (maps: Tensor) => relu(normalise(convolve(maps)))
  })
  return (maps) => halves.reduce((current, apply) => apply(current), maps)
}

/**
 * The beginning of the network, which FE2E and MESM share: a 5 x 5 convolution with batch
 * normalisation, ReLU and 2 x 2 max-pooling, and the two blocks that keep rows and columns.
 * Parameters: `first.conv`, `first.norm` and `blocks.0`, `blocks.1`.
 */
export function vggBeginning(
  scope: Scope,
  {
    inputs,
    channels,
    statistics,
  }: { inputs: number; channels: VggChannels; statistics: VggStatistics },
): Layer {
  const [filters] = channels
  const frozen = statistics === 'running'
  const convolve = imageConvolution(scope.child('first').child('conv'), {
    ...{ inputs, filters, kernel: 5 },
  })
  const normalise = batchNorm(scope.child('first').child('norm'), { channels: filters, frozen })
  const blocks = blocksOf(scope, channels, frozen, [0, unpooled])
  return (images) =>
    blocks.reduce(
      (maps, apply) => apply(maps),
      maxPool(relu(normalise(convolve(images))), { kernel: 2 }),
    )
}

/** Blocks `from` up to, not including, `to`, without the max-pooling after them. */
function blocksOf(
  scope: Scope,
  channels: VggChannels,
  frozen: boolean,
  [from, to]: readonly [number, number],
): Layer[] {
  return channels.slice(from + 1, to + 1).map((filters, index) => {
    const inputs = channels[from + index] ?? filters
    return vggBlock(scope.child('blocks').child(String(from + index)), { inputs, filters, frozen })
  })
}

/**
 * The network that the MESM document (section 4.2) calls an 11-layer VGG, as its authors' code
 * builds it: a 5 x 5 convolution and five blocks of two 3 x 3 convolutions, each followed by batch
 * normalisation and ReLU, and 2 x 2 max-pooling after the first convolution and after each of the
 * last three blocks. [images, inputs, rows, columns] to
 * [images, last channels, rows / 16, columns / 16].
 */
export function vgg(
  scope: Scope,
  settings: { inputs: number; channels: VggChannels; statistics: VggStatistics },
): Layer {
  const { channels, statistics } = settings
  const begin = vggBeginning(scope, settings)
  const later = blocksOf(scope, channels, statistics === 'running', [unpooled, channels.length - 1])
  return (images) =>
    later.reduce((maps, apply) => maxPool(apply(maps), { kernel: 2 }), begin(images))
}

/**
 * The maps of each picture as one vector: flattened by channel, row and column, then a linear
 * layer, ReLU and another linear layer. [images, ...sizes] to [images, width]. Parameters: `0` and
 * `2`.
 */
export function flattenMaps(
  scope: Scope,
  { inputs, hidden, width }: { inputs: number; hidden: number; width: number },
): Layer {
  const first = linear(scope.child('0'), { inputs, units: hidden })
  const last = linear(scope.child('2'), { inputs: hidden, units: width })
  return (maps) =>
    last(relu(first(reshape(maps, [maps.size(0), multiplyDimensions(maps.shape.slice(1))]))))
}
