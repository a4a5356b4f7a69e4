/**
 * Convolution over active positions only (Graham and van der Maaten, 2017): each position reads
 * itself and its active neighbours. Being neighbours is mutual, so the gradient of the input is a
 * convolution of the same kind.
 */
import { flag, type OnnxAttributes } from '../../onnx/attributes.js'
import { formatShape, multiplyDimensions, sameShape } from '../../shape/shape.js'
import { applyOperator, type OnnxTarget, type Operator, type Tensor } from '../../tensor.js'
import { type NoAttributes, none } from '../define.js'
import { reverse } from '../layout/reversal.js'
import { transpose } from '../layout/transpose.js'
import { areRows, emitReshape, emitRows } from './rows.js'

/** The features of all neighbours of each position side by side, [positions, taps * channels]. */
function emitPatches(features: Tensor, neighbours: Tensor, onnx: OnnxTarget): string {
  const [positions, taps] = neighbours.axes('positions', 'taps')
  const found = emitRows(features, onnx.value(neighbours), onnx)
  return emitReshape(found, [positions, multiplyDimensions([taps, features.size(1)])], onnx)
}

const neighbourConvolutionOperator: Operator<NoAttributes, readonly [Tensor, Tensor, Tensor]> = {
  name: 'neighbourConvolution',
  infer([features, neighbours, weight], _, mistake) {
    if (!areRows(features)) {
      return mistake('0', 'numbers [positions, a number of channels]', String(features))
    }
    const taps = neighbours.shape[1]
    if (neighbours.dataType !== 'int64' || neighbours.rank !== 2 || typeof taps !== 'number') {
      return mistake('1', 'int64[positions, a number of taps]', String(neighbours))
    }
    if (neighbours.size(0) !== features.size(0)) {
      return mistake('1', `${features.size(0)} positions`, String(neighbours))
    }
    const wanted = [taps, features.size(1)]
    const [filters] = weight.shape.slice(2)
    const fits = weight.rank === 3 && sameShape(weight.shape.slice(0, 2), wanted)
    if (!fits || typeof filters !== 'number' || weight.dataType !== features.dataType) {
      return mistake(
        '2',
        `${features.dataType}${formatShape([...wanted, 'filters'])}`,
        String(weight),
      )
    }
    return [{ dataType: features.dataType, shape: [features.size(0), filters] }]
  },
  lower({ inputs: [features, neighbours, weight], outputs }, onnx) {
    const [taps, channels, filters] = weight.shape.map(Number)
    const inner = (taps ?? 0) * (channels ?? 0)
    const matrix = emitReshape(onnx.value(weight), [inner, filters ?? 0], onnx)
    onnx.write(outputs, 'MatMul', [emitPatches(features, neighbours, onnx), matrix])
  },
  gradient({ inputs: [features, neighbours, weight] }, [gradient]) {
    if (!gradient) return []
    // If one position reads another by a tap, the other reads it by the opposite tap.
    const opposite = reverse(transpose(weight, [0, 2, 1]), 0)
    return [
      neighbourConvolution(gradient, neighbours, opposite),
      undefined,
      weightGradient(features, neighbours, gradient),
    ]
  },
  flops: ({ inputs: [, , weight], outputs: [output] }, size) =>
    2 * size(output.shape) * size(weight.shape.slice(0, 2)),
  workspace: ({ inputs: [features, neighbours] }) => [
    { dataType: features.dataType, shape: [...neighbours.shape, features.size(1)] },
  ],
}

/** Operands: the features, the neighbours, and the gradient of the output. */
const weightGradientOperator: Operator<NoAttributes, readonly [Tensor, Tensor, Tensor]> = {
  name: 'neighbourConvolutionWeightGradient',
  infer: ([features, neighbours, gradient]) => [
    {
      dataType: features.dataType,
      shape: [neighbours.size(1), features.size(1), gradient.size(1)],
    },
  ],
  lower({ inputs: [features, neighbours, gradient], outputs: [output] }, onnx) {
    const transposed: OnnxAttributes = { transA: flag(true) }
    const operands = [emitPatches(features, neighbours, onnx), onnx.value(gradient)]
    const product = onnx.emit('Gemm', operands, transposed)
    onnx.write([output], 'Reshape', [product, onnx.sizes(output.shape)], { allowzero: flag(true) })
  },
  gradient({ inputs: [features, neighbours, gradient] }, [upstream]) {
    if (!upstream) return []
    const opposite = reverse(transpose(upstream, [0, 2, 1]), 0)
    return [
      neighbourConvolution(gradient, neighbours, opposite),
      undefined,
      neighbourConvolution(features, neighbours, upstream),
    ]
  },
  flops: ({ inputs: [features], outputs: [output] }, size) =>
    2 * size([features.size(0)]) * size(output.shape),
}

function weightGradient(features: Tensor, neighbours: Tensor, gradient: Tensor): Tensor {
  return applyOperator(weightGradientOperator, [features, neighbours, gradient], none).outputs[0]
}

/**
 * A convolution at active positions only: `output[i] = sum over taps t of features[neighbours[i,
 * t]] weight[t]`, where an inactive neighbour counts as zeros. On maps that are zero where inactive
 * this is the ordinary convolution, read at the active positions.
 *
 * @param features [positions, channels]
 * @param neighbours int64 [positions, taps]: the neighbour at each tap, counted from 1; 0 for none.
 * They are mutual: where i reads j at tap t, j reads i at tap (taps - 1 - t).
 * @param weight [taps, channels, filters]
 * @returns [positions, filters]
 */
export function neighbourConvolution(features: Tensor, neighbours: Tensor, weight: Tensor): Tensor {
  return applyOperator(neighbourConvolutionOperator, [features, neighbours, weight], none)
    .outputs[0]
}
