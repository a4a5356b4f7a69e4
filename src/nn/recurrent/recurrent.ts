/** LSTM and GRU layers, stacked, bidirectional, and several at once. */
import { elementAt } from '../../base/lookup.js'
import {
  add,
  concat,
  gru,
  type Initialiser,
  type LstmLane,
  lstm,
  type Tensor,
  transpose,
} from '../../graph/index.js'
import { uniform } from '../initialise.js'
import { dropout } from '../layers/dropout.js'
import type { Layer, Scope } from '../scope.js'

export type RecurrentKind = 'lstm' | 'gru'

export interface RecurrentSettings {
  readonly kind?: RecurrentKind
  readonly inputs: number
  readonly hidden: number
  /** Number of stacked layers; dropout is applied between them. */
  readonly layers?: number
  readonly bidirectional?: boolean
  /** How the two directions are merged: concatenated (2 x hidden wide) or added (hidden wide). */
  readonly merge?: 'concat' | 'sum'
  /** Dropout between stacked layers. */
  readonly dropout?: number
  /** Initialiser of the recurrent weights; default: uniform, as the others. */
  readonly initialiseRecurrent?: Initialiser
}

export interface RecurrentOutput {
  /** The last layer's outputs, directions merged: [batch, time, width]; 0 after each length. */
  readonly outputs: Tensor
  /**
   * The last layer's final state in each direction, directions merged: [batch, width].
   */
  readonly last: Tensor
  /**
   * The last layer's cell states after each step, as `outputs`; absent for a GRU. An LSTM whose
   * cell states are read runs as a loop over steps, even in inference.
   */
  readonly cells?: Tensor
}

/** The operands of one pass over an input, for both kinds. */
type Lane = Omit<LstmLane, 'initial'>

/** One direction of one layer. */
interface Cell {
  readonly weights: Omit<Lane, 'input'>
}

export interface RecurrentLayer {
  /**
   * @param input [batch, time, inputs]
   * @param lengths int64 [batch]: later steps are padding, never read, and 0 in the output
   */
  (input: Tensor, lengths?: Tensor): RecurrentOutput
  readonly settings: Required<RecurrentSettings>
  /** [layer][direction] */
  readonly cells: readonly (readonly Cell[])[]
  readonly between: Layer
  /** Width of the outputs. */
  readonly width: number
}

const gates: Readonly<Record<RecurrentKind, number>> = { lstm: 4, gru: 3 }

/**
 * Declares an LSTM or GRU of one or more layers in one or two directions.
 *
 * Parameters of layer k, in `layer<k>.forward` and `layer<k>.backward`: `input_weight`
 * [gates x hidden, inputs], `recurrent_weight` [gates x hidden, hidden], `input_bias` and
 * `recurrent_bias` [gates x hidden], all uniform within 1 / sqrt(hidden), as in PyTorch, unless
 * `initialiseRecurrent` says otherwise for `recurrent_weight`. Gates stand in ONNX's order: input,
 * output, forget, cell for an LSTM; update, reset, new for a GRU.
 */
export function recurrent(scope: Scope, given: RecurrentSettings): RecurrentLayer {
  const start = uniform(1 / Math.sqrt(given.hidden))
  const settings = {
    kind: 'lstm',
    layers: 1,
    bidirectional: false,
    merge: 'concat',
    dropout: 0,
    initialiseRecurrent: start,
    ...given,
  } as const
  const { hidden, layers, bidirectional, merge } = settings
  const directions = bidirectional ? ['forward', 'backward'] : ['forward']
  const width = bidirectional && merge === 'concat' ? 2 * hidden : hidden
  const rows = gates[settings.kind] * hidden
  const { initialiseRecurrent } = settings
  const cells = Array.from({ length: layers }, (_, depth) => {
    // Between layers the directions are always concatenated, as in PyTorch.
    const inputs = depth === 0 ? settings.inputs : hidden * directions.length
    return directions.map((direction, index) => {
      const place = scope.child(`layer${depth}`).child(direction)
      return {
        weights: {
          inputWeight: place.parameter('input_weight', [rows, inputs], start),
          recurrentWeight: place.parameter('recurrent_weight', [rows, hidden], initialiseRecurrent),
          inputBias: place.parameter('input_bias', [rows], start),
          recurrentBias: place.parameter('recurrent_bias', [rows], start),
          reversed: index === 1,
        },
      }
    })
  })
  const layer: RecurrentLayer = Object.assign(
    (input: Tensor, lengths?: Tensor) =>
      elementAt(runTogether([layer], [input], lengths), 0, 'layer'),
    { settings, cells, between: dropout(scope, settings.dropout), width },
  )
  return layer
}

/**
 * Applies several recurrent layers to one input each, all with the same batch, time and lengths.
 * The results equal those of applying them one by one; layers of the same kind, hidden size and
 * depth train in one loop, which costs little more than the largest alone.
 */
export function runTogether(
  layers: readonly RecurrentLayer[],
  inputs: readonly Tensor[],
  lengths?: Tensor,
): RecurrentOutput[] {
  const results: RecurrentOutput[] = []
  const groups = new Map<string, number[]>()
  for (const [index, { settings }] of layers.entries()) {
    const key = [settings.kind, settings.hidden, settings.layers].join()
    groups.set(key, [...(groups.get(key) ?? []), index])
  }
  for (const members of groups.values()) {
    const outputs = runGroup(
      members.map((index) => elementAt(layers, index, 'layer')),
      members.map((index) => elementAt(inputs, index, 'input')),
      lengths,
    )
    for (const [position, index] of members.entries()) {
      results[index] = elementAt(outputs, position, 'layer')
    }
  }
  return results
}

function runGroup(
  layers: readonly RecurrentLayer[],
  inputs: readonly Tensor[],
  lengths: Tensor | undefined,
): RecurrentOutput[] {
  const depth = layers[0]?.settings.layers ?? 0
  let steps = inputs.map(turned)
  let lasts: Tensor[] = []
  let cells: (Tensor | undefined)[] = []
  for (let level = 0; level < depth; level++) {
    const last = level === depth - 1
    const lanes = layers.flatMap((layer, index) =>
      (layer.cells[level] ?? []).map(({ weights }) => ({
        ...weights,
        input: elementAt(steps, index, 'input'),
      })),
    )
    const results = runLanes(layers[0]?.settings.kind ?? 'lstm', lanes, lengths)
    const taken = layers.map((layer) => results.splice(0, layer.cells[level]?.length ?? 0))
    const merge = (layer: RecurrentLayer, parts: readonly Tensor[]) =>
      last && layer.settings.merge === 'sum'
        ? parts.reduce((total, part) => add(total, part))
        : concat(parts, -1)
    // Transposed before they are merged, the steps of a loop are already in the right order.
    steps = layers.map((layer, index) => {
      const parts = (taken[index] ?? []).map(({ outputs }) => outputs)
      return last ? merge(layer, parts.map(turned)) : layer.between(merge(layer, parts))
    })
    cells = layers.map((layer, index) => {
      const parts = (taken[index] ?? []).flatMap((result) => result.cells ?? [])
      return last && parts.length > 0 ? merge(layer, parts.map(turned)) : undefined
    })
    lasts = layers.map((layer, index) =>
      merge(
        layer,
        (taken[index] ?? []).map(({ hidden }) => hidden),
      ),
    )
  }
  return steps.map((outputs, index) => {
    const own = cells[index]
    return { outputs, last: elementAt(lasts, index, 'layer'), ...(own && { cells: own }) }
  })
}

/** [batch, time, width] as [time, batch, width], or back. */
const turned = (steps: Tensor): Tensor => transpose(steps, [1, 0, 2])

function runLanes(
  kind: RecurrentKind,
  lanes: readonly Lane[],
  lengths: Tensor | undefined,
): { outputs: Tensor; hidden: Tensor; cells?: Tensor }[] {
  return kind === 'lstm' ? lstm(lanes, lengths) : gru(lanes, lengths)
}
