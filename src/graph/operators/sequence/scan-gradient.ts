/**
 * The gradient of a loop over time: a second loop, backwards through the steps.
 *
 * The first loop also outputs what the gradient needs of each step ("kept"), so that the second
 * recomputes nothing. Whatever depends only on captures is computed once, before the loop. The
 * gradient of a captured matrix is a sum of products, one per step: the loop outputs their factors,
 * which are multiplied once, after it.
 */
import { elementAt, lookUp } from '../../../base/lookup.js'
import { pullBack } from '../../gradients.js'
import { nodesInOrder } from '../../order.js'
import type { GraphBody, Tensor, TensorGraph } from '../../tensor.js'
import { add } from '../algebra/arithmetic.js'
import { zerosLike } from '../layout/stretch.js'
import { type StepSum, stepSumOf } from './scan-sums.js'

/** A loop: the initial states, the sequences, and the captures that every step reads. */
export interface Loop {
  readonly initial: readonly Tensor[]
  readonly sequences: readonly Tensor[]
  readonly captures: readonly Tensor[]
  readonly reverse: boolean
  /** Inputs in that order; outputs: the next states, and the outputs of a step. */
  readonly body: GraphBody
}

/** Adds a loop to the graph of its operands. @returns the last states, and the steps' outputs */
type Run = (loop: Loop) => readonly Tensor[]

/**
 * When a tensor of the body is known: before the loop, from constants alone (`constant`) or also
 * from captures (`fixed`), in the forward step (`early`), or in the backward step (`late`).
 */
type Moment = 'constant' | 'fixed' | 'early' | 'late'

/** A tensor of the body, and the input that replaces it in the backward loop. */
type StandIns = ReadonlyMap<Tensor, Tensor>

/**
 * @param results the loop's last states, and its steps' outputs
 * @param upstream their gradients, undefined for results that nothing reads
 * @returns `gradients` of initial states, sequences and captures, undefined for those without
 * influence; `results` of the loop that also outputs what is kept, starting with the loop's own
 */
export function loopGradient(
  loop: Loop,
  results: readonly Tensor[],
  upstream: readonly (Tensor | undefined)[],
  run: Run,
): { readonly gradients: readonly (Tensor | undefined)[]; readonly results: readonly Tensor[] } {
  const { initial, sequences, captures, body } = loop
  const { graph } = body
  const states = initial.length
  const firstCapture = states + sequences.length
  const like = (model: Tensor, name: string) =>
    graph.input(graph.freshDimension(name), model.dataType, model.shape)

  const toStates = body.outputs.slice(0, states).map((state) => like(state, 'gradient'))
  const toGiven = body.outputs.slice(states).flatMap((output, position) => {
    const gradient = upstream[states + position]
    return gradient ? [{ output, gradient, standIn: like(output, 'gradient') }] : []
  })
  const pulled = pullBack(
    [...body.outputs.slice(0, states), ...toGiven.map(({ output }) => output)],
    [...toStates, ...toGiven.map(({ standIn }) => standIn)],
    body.inputs,
  )
  const found = body.inputs.map(pulled)
  const momentOf = tellMoments(found, body, firstCapture)

  const shares = captures.map((capture, position) => {
    const gradient = found[firstCapture + position]
    const addends = gradient ? addendsOf(gradient) : []
    const sums = new Map<Tensor, StepSum>()
    for (const addend of addends) {
      const sum = stepSumOf(addend, (part) => ['early', 'late'].includes(momentOf(part)))
      if (sum) sums.set(addend, sum)
    }
    const rest = addends.filter((addend) => !sums.has(addend))
    return {
      sums: [...sums.values()],
      // Sums that cannot be computed afterwards are accumulated in the loop.
      running:
        rest.length > 0 ? { rest, start: capture, standIn: like(capture, 'total') } : undefined,
    }
  })
  const factors = [...new Set(shares.flatMap(({ sums }) => sums.flatMap(({ parts }) => parts)))]
  const running = shares.flatMap((share) => share.running ?? [])
  const wanted = {
    states: body.outputs.slice(0, states).map((state, place) => found[place] ?? zerosLike(state)),
    totals: running.map(({ rest, standIn }) => rest.reduce((sum, term) => add(sum, term), standIn)),
    sequences: found.slice(states, firstCapture).flatMap((gradient) => gradient ?? []),
    factors: factors.filter((factor) => momentOf(factor) === 'late'),
  }
  const outputs = Object.values(wanted).flat()
  const cut = cutLate(outputs, momentOf, like)

  // The tensors of the steps that the backward loop reads, and those multiplied only after it.
  const sized = new Map([
    ...cut.early,
    ...toGiven.map(({ standIn }) => [standIn, standIn] as const),
  ])
  const read: StandIns = new Map([...cut.early, ...unseen(body, firstCapture, toStates, sized)])
  const ofSteps = new Set([...read.keys(), ...factors.filter((part) => momentOf(part) === 'early')])
  const kept = [...ofSteps].filter((part) => body.inputs.indexOf(part) < states)
  const again = run({ ...loop, body: { ...body, outputs: [...body.outputs, ...kept] } })
  const stepsOf = (part: Tensor): Tensor => {
    const sequence = body.inputs.indexOf(part) - states
    return sequence >= 0
      ? elementAt(sequences, sequence, 'sequence')
      : elementAt(again, body.outputs.length + kept.indexOf(part), 'kept value')
  }

  const fixed = replayed([...cut.fixed.keys()], body.inputs.slice(firstCapture), captures)
  const back = run({
    initial: [
      ...results.slice(0, states).map((state, place) => upstream[place] ?? zerosLike(state)),
      ...running.map(({ start }) => zerosLike(start)),
    ],
    sequences: [...[...read.keys()].map(stepsOf), ...toGiven.map(({ gradient }) => gradient)],
    captures: [...captures, ...fixed],
    reverse: !loop.reverse,
    body: {
      graph,
      inputs: [
        ...toStates,
        ...running.map(({ standIn }) => standIn),
        ...read.values(),
        ...toGiven.map(({ standIn }) => standIn),
        ...body.inputs.slice(firstCapture),
        ...cut.fixed.values(),
      ],
      outputs: outputs.map(cut.now),
    },
  })

  const parts = [...back]
  const toInitial = parts.splice(0, states)
  const totals = parts.splice(0, running.length)
  const toSequences = found.slice(states, firstCapture).map((one) => one && parts.shift())
  const lateSteps = new Map(wanted.factors.map((factor) => [factor, parts.shift()] as const))
  const allSteps = (part: Tensor) => lateSteps.get(part) ?? stepsOf(part)
  const toCaptures = shares.map(({ sums, running: carried }) => {
    const terms = sums.map((sum) => sum.total(sum.parts.map(allSteps)))
    if (carried) terms.push(elementAt(totals, running.indexOf(carried), 'total'))
    return terms.length > 0 ? terms.reduce((sum, term) => add(sum, term)) : undefined
  })
  return { gradients: [...toInitial, ...toSequences, ...toCaptures], results: again }
}

/** When each tensor that leads to a gradient is known. */
function tellMoments(
  found: readonly (Tensor | undefined)[],
  { inputs }: GraphBody,
  firstCapture: number,
): (tensor: Tensor) => Moment {
  const known = new Map<Tensor, Moment>(
    inputs.map((input, place) => [input, place < firstCapture ? 'early' : 'fixed']),
  )
  // All other inputs are gradients.
  const momentOf = (tensor: Tensor) =>
    known.get(tensor) ?? (tensor.origin.kind === 'constant' ? 'constant' : 'late')
  const order = ['constant', 'fixed', 'early', 'late'] as const
  for (const node of nodesInOrder(found.flatMap((gradient) => gradient ?? []))) {
    const latest = Math.max(0, ...node.inputs.map((input) => order.indexOf(momentOf(input))))
    for (const output of node.outputs) known.set(output, elementAt(order, latest, 'moment'))
  }
  return momentOf
}

/** The addends of a tensor. */
function addendsOf(tensor: Tensor): Tensor[] {
  const { origin } = tensor
  const isSum =
    origin.kind === 'node' &&
    origin.node.operator.name === 'add' &&
    origin.node.inputs.every(({ shape }) => shape.join() === tensor.shape.join())
  return isSum ? origin.node.inputs.flatMap(addendsOf) : [tensor]
}

/** Rebuilds the backward part, with inputs in place of tensors that are known earlier. */
function cutLate(
  outputs: readonly Tensor[],
  momentOf: (tensor: Tensor) => Moment,
  like: (model: Tensor, name: string) => Tensor,
): { readonly early: StandIns; readonly fixed: StandIns; now(tensor: Tensor): Tensor } {
  const early = new Map<Tensor, Tensor>()
  const fixed = new Map<Tensor, Tensor>()
  const late = new Map<Tensor, Tensor>()
  const now = (tensor: Tensor): Tensor => {
    const moment = momentOf(tensor)
    if (moment === 'constant') return tensor
    if (moment === 'late') return late.get(tensor) ?? tensor
    const places = moment === 'early' ? early : fixed
    const known = places.get(tensor)
    if (known) return known
    const isInput = tensor.origin.kind === 'input'
    if (isInput && moment === 'fixed') return tensor
    const standIn = isInput ? tensor : like(tensor, 'kept')
    places.set(tensor, standIn)
    return standIn
  }
  for (const node of nodesInOrder(outputs)) {
    if (node.outputs.every((output) => momentOf(output) !== 'late')) continue
    const again = node.inputs[0]?.graph.rewire(node, node.inputs.map(now))
    for (const [place, output] of node.outputs.entries()) {
      late.set(output, elementAt(again?.outputs ?? [], place, 'result'))
    }
  }
  for (const output of outputs) now(output)
  return { early, fixed, now }
}

/**
 * The inputs that the backward loop must read only for their sizes, or to have a sequence at all:
 * every open dimension of the body must occur in one of its inputs.
 */
function unseen(
  { inputs }: GraphBody,
  firstCapture: number,
  toStates: readonly Tensor[],
  sequences: StandIns,
): StandIns {
  const seen = new Set([...toStates, ...inputs.slice(firstCapture)].flatMap(({ shape }) => shape))
  for (const { shape } of sequences.values()) for (const size of shape) seen.add(size)
  const missing = inputs.slice(0, firstCapture).filter(({ shape }) => {
    const isNew = shape.some((size) => typeof size === 'string' && !seen.has(size))
    for (const size of shape) seen.add(size)
    return isNew
  })
  const any = inputs.slice(firstCapture - 1, firstCapture)
  const added = missing.length + sequences.size > 0 ? missing : any
  return new Map(added.map((input) => [input, input]))
}

/** Tensors of a body that depend only on captures, computed from those. */
function replayed(
  tensors: readonly Tensor[],
  inputs: readonly Tensor[],
  captures: readonly Tensor[],
): Tensor[] {
  const outside = new Map(
    inputs.map((input, place) => [input, elementAt(captures, place, 'capture')]),
  )
  const graph = captures[0]?.graph
  const value = (graph: TensorGraph, tensor: Tensor) => {
    const { origin, dataType, shape } = tensor
    if (origin.kind !== 'constant') return lookUp(outside, tensor, 'captured value')
    return graph.constant(origin.values, shape.map(Number), dataType)
  }
  if (!graph) return []
  for (const { operator, inputs: operands, attributes, outputs } of nodesInOrder(tensors)) {
    const given = operands.map((operand) => value(graph, operand))
    const node = graph.apply(operator, given, attributes)
    for (const [place, output] of outputs.entries()) {
      outside.set(output, elementAt(node.outputs, place, 'result'))
    }
  }
  return tensors.map((tensor) => lookUp(outside, tensor, 'captured value'))
}
