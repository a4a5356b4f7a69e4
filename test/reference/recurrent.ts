import type { GraphBody, Tensor } from '../../src/graph/index.js'
import { Accumulator, at, build, type NdArray } from './array.js'
import { logistic } from './elementwise.js'
import { attributesOf, type Kernel, operand } from './kernel.js'

interface Layer {
  readonly input: NdArray
  readonly inputWeight: NdArray
  readonly recurrentWeight: NdArray
  readonly inputBias: NdArray
  readonly recurrentBias: NdArray
  readonly lengths: NdArray | undefined
  readonly initial: readonly NdArray[]
  readonly reversed: boolean
}

type States = readonly (readonly number[])[]

/** One step of one sequence: the states after it, given the two halves of each gate's sum. */
type Step = (fromInput: readonly number[], fromHidden: readonly number[], states: States) => States

function affineRow(weight: NdArray, bias: NdArray, x: readonly number[]): number[] {
  return bias.data.map((start, row) =>
    x.reduce((sum, value, column) => sum + value * at(weight, [row, column]), start),
  )
}

/** Runs a layer over each sequence by itself, as long as it is, and leaves the padding at 0. */
function runLayer(layer: Layer, stateCount: number, step: Step): NdArray[] {
  const [time, batch, width] = layer.input.shape as [number, number, number]
  const hidden = layer.recurrentWeight.shape[1] as number
  const outputs = new Accumulator([time, batch, hidden])
  const finals = Array.from({ length: stateCount }, () => new Accumulator([batch, hidden]))
  const others = finals.slice(1).map(() => new Accumulator([time, batch, hidden]))
  for (let b = 0; b < batch; b++) {
    let states: States = Array.from({ length: stateCount }, (_, s) =>
      Array.from({ length: hidden }, (_, unit) => {
        const first = layer.initial[s]
        return first ? at(first, [b, unit]) : 0
      }),
    )
    const length = layer.lengths?.data[b] ?? time
    for (let i = 0; i < length; i++) {
      const t = layer.reversed ? length - 1 - i : i
      const x = Array.from({ length: width }, (_, column) => at(layer.input, [t, b, column]))
      states = step(
        affineRow(layer.inputWeight, layer.inputBias, x),
        affineRow(layer.recurrentWeight, layer.recurrentBias, states[0] as number[]),
        states,
      )
      for (const [place, steps] of [outputs, ...others].entries()) {
        states[place]?.forEach((value, unit) => {
          steps.set([t, b, unit], value)
        })
      }
    }
    states.forEach((state, s) => {
      state.forEach((value, unit) => {
        finals[s]?.set([b, unit], value)
      })
    })
  }
  return [outputs, ...finals, ...others]
}

/** Gates in the order input, output, forget, cell. */
const lstmStep: Step = (fromInput, fromHidden, [hidden = [], cell = []]) => {
  const units = hidden.length
  const sum = (gate: number, unit: number) =>
    (fromInput[gate * units + unit] as number) + (fromHidden[gate * units + unit] as number)
  const nextCell = cell.map(
    (old, unit) => logistic(sum(2, unit)) * old + logistic(sum(0, unit)) * Math.tanh(sum(3, unit)),
  )
  return [nextCell.map((value, unit) => logistic(sum(1, unit)) * Math.tanh(value)), nextCell]
}

/** Gates in the order update, reset, new; the reset acts on the recurrent sum. */
const gruStep: Step = (fromInput, fromHidden, [hidden = []]) => {
  const units = hidden.length
  const parts = (gate: number, unit: number) =>
    [fromInput[gate * units + unit] as number, fromHidden[gate * units + unit] as number] as const
  return [
    hidden.map((old, unit) => {
      const [updateInput, updateHidden] = parts(0, unit)
      const [resetInput, resetHidden] = parts(1, unit)
      const [newInput, newHidden] = parts(2, unit)
      const update = logistic(updateInput + updateHidden)
      const reset = logistic(resetInput + resetHidden)
      return (1 - update) * Math.tanh(newInput + reset * newHidden) + update * old
    }),
  ]
}

/** Lanes side by side: first the operands of each, then the lengths of all, then first states. */
const recurrent =
  (stateCount: number, step: Step): Kernel =>
  (call) => {
    const { reversed, hasLengths, hasInitial } = attributesOf<{
      reversed: readonly boolean[]
      hasLengths: boolean
      hasInitial: boolean
    }>(call)
    const shared = reversed.length * 5
    return reversed.flatMap((direction, lane) => {
      const states = shared + (hasLengths ? 1 : 0) + stateCount * lane
      const layer = {
        input: operand(call, lane * 5),
        inputWeight: operand(call, lane * 5 + 1),
        recurrentWeight: operand(call, lane * 5 + 2),
        inputBias: operand(call, lane * 5 + 3),
        recurrentBias: operand(call, lane * 5 + 4),
        lengths: hasLengths ? operand(call, shared) : undefined,
        initial: hasInitial
          ? Array.from({ length: stateCount }, (_, state) => operand(call, states + state))
          : [],
        reversed: direction,
      }
      return runLayer(layer, stateCount, step)
    })
  }

export const recurrentKernels: Readonly<Record<string, Kernel>> = {
  lstm: recurrent(2, lstmStep),
  gru: recurrent(1, gruStep),
  scan: (call) => {
    const { states, sequences, reverse, body } = attributesOf<{
      states: number
      sequences: number
      reverse: boolean
      body: GraphBody
    }>(call)
    const time = operand(call, states).shape[0] as number
    const given = call.inputs.slice(states, states + sequences)
    const captures = call.inputs.slice(states + sequences)
    let carried = call.inputs.slice(0, states)
    const emitted: NdArray[][] = []
    for (let i = 0; i < time; i++) {
      const t = reverse ? time - 1 - i : i
      const step = given.map((sequence) =>
        build(sequence.shape.slice(1), (place) => at(sequence, [t, ...place])),
      )
      const values = [...carried, ...step, ...captures]
      const feeds = new Map<Tensor, NdArray>(
        body.inputs.map((input, position) => [input, values[position] as NdArray]),
      )
      const results = call.run(body.outputs, feeds)
      carried = results.slice(0, states)
      emitted[t] = results.slice(states)
    }
    const collected = body.outputs.slice(states).map((_, position) => ({
      shape: call.shapes[states + position] as number[],
      data: emitted.flatMap((outputs) => outputs[position]?.data ?? []),
    }))
    return [...carried, ...collected]
  },
}
