import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, Graph, pad, reshape, slice, type Tensor } from '../../src/graph/index.js'
import {
  addDimensions,
  type Dimension,
  floorDivideDimension,
  multiplyDimensions,
  quotientOf,
  resolveDimension,
  subtractDimensions,
} from '../../src/graph/shape/dimension.js'
import { sizeInNumbers } from '../reference/dimensions.js'

/** An expression together with what it is worth. */
interface Worth {
  readonly dimension: Dimension
  readonly value: number
}

const sizes = new Map([
  ['batch', 3],
  ['time', 7],
  ['text time', 5],
  ['left-hand', 2],
])

const worth: fc.Arbitrary<Worth> = fc.letrec<{ leaf: Worth; node: Worth }>((tie) => ({
  leaf: fc.oneof(
    fc.integer({ min: 0, max: 9 }).map((value) => ({ dimension: value, value })),
    fc.constantFrom(...sizes).map(([dimension, value]) => ({ dimension, value })),
  ),
  node: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({
      dimension: addDimensions(a.dimension, b.dimension),
      value: a.value + b.value,
    })),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({
      dimension: subtractDimensions(a.dimension, b.dimension),
      value: a.value - b.value,
    })),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({
      dimension: multiplyDimensions([a.dimension, b.dimension]),
      value: a.value * b.value,
    })),
    fc.tuple(tie('node'), fc.integer({ min: 1, max: 4 })).map(([a, divisor]) => ({
      dimension: floorDivideDimension(a.dimension, divisor),
      value: Math.floor(a.value / divisor),
    })),
  ),
})).node

describe('dimensions', () => {
  test('an expression is worth what its arithmetic says', () => {
    fc.assert(
      fc.property(worth, ({ dimension, value }) => {
        expect(resolveDimension(dimension, sizes)).toBeCloseTo(value, 9)
        expect(sizeInNumbers(dimension, sizes)).toBeCloseTo(value, 9)
      }),
      { numRuns: 500 },
    )
  })

  test('equal dimensions have one name, whichever way they come about', () => {
    fc.assert(
      fc.property(worth, worth, worth, ({ dimension: a }, { dimension: b }, { dimension: c }) => {
        expect(addDimensions(a, b)).toBe(addDimensions(b, a))
        expect(addDimensions(addDimensions(a, b), c)).toBe(addDimensions(a, addDimensions(b, c)))
        expect(subtractDimensions(addDimensions(a, b), b)).toBe(addDimensions(a, 0))
        expect(multiplyDimensions([a, multiplyDimensions([b, c])])).toBe(
          multiplyDimensions([c, b, a]),
        )
        expect(multiplyDimensions([a, addDimensions(b, c)])).toBe(
          addDimensions(multiplyDimensions([a, b]), multiplyDimensions([a, c])),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('names as people see them', () => {
    expect(addDimensions('time', 1)).toBe('time+1')
    expect(addDimensions('time+1', -1)).toBe('time')
    expect(addDimensions('time', -2)).toBe('time-2')
    expect(addDimensions('time', 'other')).toBe('other+time')
    expect(addDimensions('time', 'time')).toBe('time*2')
    expect(multiplyDimensions(['time', 4, 'batch'])).toBe('batch*time*4')
    expect(multiplyDimensions(['batch', 'time+1'])).toBe('batch*time+batch')
    expect(multiplyDimensions(['time', 0])).toBe(0)
    expect(floorDivideDimension('time+1', 2)).toBe('(time+1)//2')
    expect(floorDivideDimension('time*4+6', 2)).toBe('time*2+3')
    expect(floorDivideDimension('time+5', 2)).toBe('(time+1)//2+2')
    expect(quotientOf('(time+1)//2')).toEqual({ dividend: 'time+1', divisor: 2 })
    expect(quotientOf('(time+1)//2+(time)//3')).toBeUndefined()
    expect(resolveDimension('nobody+1', sizes)).toBeUndefined()
  })

  test('derived names in shapes', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', ['batch', 'time', 4])
    const padded = pad(x, [0, 1, 0], [0, 2, 0])
    expect(padded.shape).toEqual(['batch', 'time+3', 4])
    expect(slice(padded, 1, 1, -2).shape).toEqual(x.shape)
    expect(slice(x, 1, 0, -1).shape).toEqual(['batch', 'time-1', 4])
    expect(slice(x, 1, -2).shape).toEqual(['batch', 2, 4])
    expect(concat([x, x], 1).shape).toEqual(['batch', 'time*2', 4])
    const flat: Tensor = reshape(padded, [multiplyDimensions(padded.shape)])
    expect(flat.shape).toEqual(['batch*time*4+batch*12'])
    expect(reshape(flat, padded.shape).shape).toEqual(padded.shape)
  })
})
