import {
  bidirectionalLstm,
  hda,
  mmlatch,
  mult,
  selfcross,
  transformerLayer,
  type Work,
} from './flops.js'

/** A way to run the same work in PyTorch: a script of `bench/peers` and its arguments. */
export interface Peer {
  readonly name: string
  readonly script: string
  readonly arguments: readonly string[]
}

export interface Benchmark {
  readonly title: string
  /** Floating-point operations of one step. */
  readonly flops: number
  /** The fastest of them in the run is the one to compare with. */
  readonly peers: readonly Peer[]
}

function recurrent(script: string, ...options: string[]): readonly Peer[] {
  return [
    { name: 'PyTorch, packed', script, arguments: options },
    { name: 'PyTorch, unpacked', script, arguments: [...options, '--no-packed'] },
  ]
}

function single(script: string, ...options: string[]): readonly Peer[] {
  return [{ name: 'PyTorch', script, arguments: options }]
}

/** With attention as the authors call it, and without the weights, which they do not use. */
function attending(script: string, ...options: string[]): readonly Peer[] {
  return [
    { name: 'PyTorch, as published', script, arguments: [...options, '--fastpath'] },
    { name: 'PyTorch, without weights', script, arguments: [...options, '--no-weights'] },
  ]
}

const training = (work: Work): number => work.training
const inference = (work: Work): number => work.forward

export const benchmarks = {
  'mmlatch-train': {
    title: 'MMLatch, training step',
    flops: training(mmlatch(true)),
    peers: recurrent('mmlatch.py', '--mode=train'),
  },
  'mmlatch-infer': {
    title: 'MMLatch, inference',
    flops: inference(mmlatch(true)),
    peers: recurrent('mmlatch.py', '--mode=infer'),
  },
  'mmlatch-baseline-train': {
    title: 'MMLatch without feedback, training step',
    flops: training(mmlatch(false)),
    peers: recurrent('mmlatch.py', '--mode=train', '--no-feedback'),
  },
  'mmlatch-baseline-infer': {
    title: 'MMLatch without feedback, inference',
    flops: inference(mmlatch(false)),
    peers: recurrent('mmlatch.py', '--mode=infer', '--no-feedback'),
  },
  'bilstm-train': {
    title: 'Bidirectional LSTM, forward and backward',
    flops: training(bidirectionalLstm()),
    peers: single('bilstm.py', '--mode=train'),
  },
  'bilstm-infer': {
    title: 'Bidirectional LSTM, forward',
    flops: inference(bidirectionalLstm()),
    peers: single('bilstm.py', '--mode=infer'),
  },
  'transformer-train': {
    title: 'Transformer layer, forward and backward',
    flops: training(transformerLayer()),
    peers: single('transformer_layer.py', '--mode=train'),
  },
  'transformer-infer': {
    title: 'Transformer layer, forward',
    flops: inference(transformerLayer()),
    // PyTorch's own fast path for this layer takes nearly twice as long as the general one on a CPU.
    peers: single('transformer_layer.py', '--mode=infer', '--no-fastpath'),
  },
  'selfcross-self-train': {
    title: 'SelfCross with self-attention, training step',
    flops: training(selfcross('self')),
    peers: attending('selfcross.py', '--mode=train', '--attention=self'),
  },
  'selfcross-self-infer': {
    title: 'SelfCross with self-attention, inference',
    flops: inference(selfcross('self')),
    peers: attending('selfcross.py', '--mode=infer', '--attention=self'),
  },
  'selfcross-cross-train': {
    title: 'SelfCross with cross-attention, training step',
    flops: training(selfcross('cross')),
    peers: attending('selfcross.py', '--mode=train', '--attention=cross'),
  },
  'selfcross-cross-infer': {
    title: 'SelfCross with cross-attention, inference',
    flops: inference(selfcross('cross')),
    peers: attending('selfcross.py', '--mode=infer', '--attention=cross'),
  },
  'mult-train': {
    title: 'MulT, training step',
    flops: training(mult()),
    peers: single('mult.py', '--mode=train'),
  },
  'mult-infer': {
    title: 'MulT, inference',
    flops: inference(mult()),
    peers: single('mult.py', '--mode=infer'),
  },
  'hda-train': {
    title: 'HDA, joint training step',
    flops: training(hda()),
    peers: single('hda.py', '--mode=train'),
  },
  'hda-infer': {
    title: 'HDA, inference',
    flops: inference(hda()),
    peers: single('hda.py', '--mode=infer'),
  },
} as const satisfies Record<string, Benchmark>

export type BenchmarkName = keyof typeof benchmarks

export function isBenchmarkName(name: string): name is BenchmarkName {
  return Object.hasOwn(benchmarks, name)
}
