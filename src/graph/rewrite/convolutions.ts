/** Rewrites convolutions in the form that runs fastest. */
import { reverse } from '../operators/layout/reversal.js'
import { transpose } from '../operators/layout/transpose.js'
import { convolution, inputGradientOperator } from '../operators/window/convolution.js'
import { windowSpan } from '../operators/window/window.js'
import { ruleOf } from './rule.js'

/**
 * Over one axis with stride 1, the gradient of the input is itself a convolution, with the kernel
 * reversed and filters and channels exchanged. This is several times faster than the general
 * lowering.
 */
export const gradientAsConvolution = ruleOf(
  'the gradient of a convolution over one axis is a convolution',
  inputGradientOperator,
  ({ inputs: [gradient, weight], attributes: { stride, dilation, padding, groups } }) => {
    if (weight.rank !== 3 || groups !== 1 || stride[0] !== 1) return
    const reach = windowSpan(weight.fixedSize(2), dilation[0] ?? 1) - 1
    const [before, after] = [reach - (padding.before[0] ?? 0), reach - (padding.after[0] ?? 0)]
    if (before < 0 || after < 0) return
    const turned = reverse(transpose(weight, [1, 0, 2]), 2)
    return [
      convolution(gradient, turned, {
        padding: { before: [before], after: [after] },
        dilation,
      }),
    ]
  },
)
