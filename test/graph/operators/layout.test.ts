import {
  add,
  cast,
  concat,
  expand,
  multiply,
  pad,
  positions,
  reshape,
  reverse,
  reverseSequence,
  sizeOf,
  slice,
  split,
  square,
  squeeze,
  stack,
  stopGradient,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../../src/graph/index.js'
import { describeGradients, integers, ofOne } from '../../support/gradients/index.js'

const sizes = [
  { batch: 3, time: 4, other: 5 },
  { batch: 2, time: 6, other: 3 },
]

describeGradients(
  'layout',
  [
    ofOne('reshape', [2, 3, 4], (x) => reshape(x, [4, 6])),
    ofOne('reshape to one axis and back', [2, 3, 1], (x) => reshape(reshape(x, [6]), [3, 2])),
    ofOne('reshape of a scalar', [], (x) => reshape(x, [1, 1])),
    ofOne('reshape of no elements', [0, 3, 2], (x) => reshape(x, [3, 0])),
    ofOne('reshape: axes with names together', ['batch', 'time', 3], (x) =>
      reshape(x, ['batch*time', 3]),
    ),
    ofOne('reshape: a name and a number together', ['batch', 'time', 6], (x) =>
      reshape(x, ['batch', 'time*6']),
    ),
    ofOne('reshape: axes with names apart', ['batch', 'time', 6], (x) => [
      reshape(reshape(x, ['batch*time', 6]), ['batch', 'time', 2, 3]),
      reshape(transpose(x, [1, 0, 2]), ['time', 'batch*6']),
    ]),
    ofOne('transpose', [2, 3, 4], (x) => [transpose(x), transpose(x, [2, 0, 1])]),
    ofOne('transpose of names', ['batch', 2, 'time'], (x) => transpose(x, [2, 0, 1])),
    ofOne('squeeze and unsqueeze', [3, 1, 2, 1], (x) => [
      squeeze(x, -1),
      squeeze(x, [1, 3]),
      unsqueeze(x, [0, -1]),
      unsqueeze(x, 2),
    ]),
    ofOne('expand', [3, 1], (x) => [expand(x, [3, 4]), expand(x, [2, 3, 2])]),
    {
      name: 'expand to names',
      operands: { x: [1, 2], like: { shape: ['batch', 'time'], differentiate: false } },
      build: ({ x, like }) => expand(x as Tensor, [...(like as Tensor).shape, 2]),
    },
    ofOne('expand to nothing', [1, 2], (x) => expand(x, [0, 2])),
    {
      name: 'concat',
      operands: { x: [2, 3], y: [2, 1], z: [2, 0] },
      build: ({ x, y, z }) => concat([x as Tensor, y as Tensor, z as Tensor, x as Tensor], -1),
    },
    {
      name: 'concat of names: the size of the result is their sum',
      operands: { x: [2, 'time'], y: [2, 'other'] },
      build: ({ x, y }) => {
        const both = concat([x as Tensor, y as Tensor, x as Tensor], 1)
        return [both, slice(both, 1, 2, -1), expand(unsqueeze(both, 0), [2, ...both.shape])]
      },
    },
    {
      name: 'stack',
      operands: { x: ['batch', 2], y: ['batch', 2] },
      build: ({ x, y }) => [
        stack([x as Tensor, y as Tensor], 0),
        stack([y as Tensor, x as Tensor], -1),
      ],
    },
    ofOne('split', [5, 2], (x) => split(x, [1, 3, 1], 0)),
    ofOne('split, one part of which is used', [5, 2], (x) => split(x, [1, 3, 1], 0)[1] as Tensor),
    ofOne('split with an empty part', [2, 5], (x) => split(x, [0, 5], 1)),
    {
      name: 'split at a name',
      operands: { x: ['time'], y: ['other', 2] },
      build: ({ x, y }) => {
        const long = concat([unsqueeze(x as Tensor, 1), slice(y as Tensor, 1, 0, 1)], 0)
        return split(long, ['time', 'other'], 0)
      },
    },
    ofOne('pad', [3, 2], (x) => [pad(x, [1, 0], [2, 1]), pad(x, [0, 2], [0, 0], -1.5)]),
    ofOne('pad by a name', [3, 'time'], (x) => pad(x, ['time', 1], [0, 'time'])),
    ofOne('pad by less than nothing', [5, 4], (x) => pad(x, [-1, 1], [-2, -1])),
    ofOne('pad of nothing', [0, 2], (x) => pad(x, [1, 0], [1, 0])),
    ofOne('slice', [6, 3], (x) => [
      slice(x, 0, 1, 4),
      slice(x, 0, -2),
      slice(x, 0, 2, -1),
      slice(x, -1, 0, 2),
      slice(x, 0, 3, 3),
    ]),
    ofOne('slice of a name', ['time', 2], (x) => [
      slice(x, 0, 1),
      slice(x, 0, 0, -1),
      slice(x, 0, -2),
      slice(x, 0, -2, -1),
      slice(x, 0, 1, 3),
      slice(x, 0, 1, -1),
    ]),
    ofOne('slices of slices of a padded name', ['batch', 'time'], (x) => {
      const padded = pad(x, [0, 2], [0, 1])
      return [slice(padded, 1, 2, -1), slice(slice(padded, 1, 1), 1, 0, -2)]
    }),
    ofOne('a product of names, padded and cut', ['batch', 'time'], (x) => {
      const long = reshape(x, ['batch*time'])
      const longer = pad(long, [1], [0])
      return [longer, multiply(reshape(slice(longer, 0, 1), ['batch', 'time']), x)]
    }),
    ofOne('reverse', [4, 'time'], (x) => [reverse(x, 0), reverse(x, 1)]),
    {
      name: 'reverseSequence',
      operands: {
        x: ['time', 'batch', 2],
        lengths: { shape: ['batch'], dataType: 'int64', values: integers(1, 5) },
      },
      build: ({ x, lengths }) => reverseSequence(x as Tensor, lengths as Tensor),
    },
    ofOne('sizes and positions as values', ['time', 3], (x) => [
      multiply(x, cast(sizeOf(x, 0), 'float64')),
      multiply(x, unsqueeze(cast(positions(x, 0), 'float64'), 1)),
      multiply(x, cast(add(sizeOf(x, 1), positions(x, -1)), 'float64')),
    ]),
    {
      ...ofOne('stopGradient', [3], (x) => multiply(x, stopGradient(square(x)))),
      differences: false,
    },
  ],
  { sizes },
)
