import {
  bidirectionalLstm,
  hda,
  mmlatch,
  mult,
  selfcross,
  transformerLayer,
  type Work,
} from './flops.js'
import { mesmExtraction, systemWork } from './systems/flops.js'

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

/** The titles of the quoted systems and FE2E, and which of them hand packed sequences to their LSTMs. */
const titles = {
  tfn: 'TFN',
  lmf: 'LMF',
  mfn: 'MFN',
  'graph-mfn': 'Graph-MFN',
  marn: 'MARN',
  raven: 'RAVEN',
  mctn: 'MCTN',
  misa: 'MISA',
  'self-mm': 'Self-MM',
  mcsan: 'MCSAN',
  'multimodal-routing': 'Multimodal Routing',
  tbje: 'TBJE',
  fe2e: 'FE2E',
} as const satisfies Record<keyof typeof systemWork, string>

type SystemName = keyof typeof titles
type Mode = 'train' | 'infer'

const packing: ReadonlySet<string> = new Set(['misa', 'self-mm', 'mcsan'] satisfies SystemName[])

function system(name: SystemName, mode: Mode): Benchmark {
  const work = systemWork[name]()
  return {
    title: `${titles[name]}, ${mode === 'train' ? 'training step' : 'inference'}`,
    flops: mode === 'train' ? work.training : work.forward,
    peers: (packing.has(name) ? recurrent : single)('system.py', name, `--mode=${mode}`),
  }
}

/** The quoted systems. */
const quoted = {
  'tfn-train': system('tfn', 'train'),
  'tfn-infer': system('tfn', 'infer'),
  'lmf-train': system('lmf', 'train'),
  'lmf-infer': system('lmf', 'infer'),
  'mfn-train': system('mfn', 'train'),
  'mfn-infer': system('mfn', 'infer'),
  'graph-mfn-train': system('graph-mfn', 'train'),
  'graph-mfn-infer': system('graph-mfn', 'infer'),
  'marn-train': system('marn', 'train'),
  'marn-infer': system('marn', 'infer'),
  'raven-train': system('raven', 'train'),
  'raven-infer': system('raven', 'infer'),
  'mctn-train': system('mctn', 'train'),
  'mctn-infer': system('mctn', 'infer'),
  'misa-train': system('misa', 'train'),
  'misa-infer': system('misa', 'infer'),
  'self-mm-train': system('self-mm', 'train'),
  'self-mm-infer': system('self-mm', 'infer'),
  'mcsan-train': system('mcsan', 'train'),
  'mcsan-infer': system('mcsan', 'infer'),
  'multimodal-routing-train': system('multimodal-routing', 'train'),
  'multimodal-routing-infer': system('multimodal-routing', 'infer'),
  'tbje-train': system('tbje', 'train'),
  'tbje-infer': system('tbje', 'infer'),
} as const satisfies Record<string, Benchmark>

/** MESM's feature extraction from 16 pictures by itself, at p = 0.5. */
function extraction(picture: 'face' | 'chunk', mode: Mode): Benchmark {
  const work = mesmExtraction(picture)
  const what = picture === 'face' ? 'faces' : 'sound'
  return {
    title: `MESM, features of ${what}, ${mode === 'train' ? 'forward and backward' : 'forward'}`,
    flops: mode === 'train' ? work.training : work.forward,
    peers: [
      {
        name: 'PyTorch, dense and masked',
        script: 'system.py',
        arguments: [`mesm-${picture}`, `--mode=${mode}`],
      },
    ],
  }
}

/** FE2E, and MESM's feature extraction. */
const endToEnd = {
  'fe2e-train': system('fe2e', 'train'),
  'fe2e-infer': system('fe2e', 'infer'),
  'mesm-face-train': extraction('face', 'train'),
  'mesm-face-infer': extraction('face', 'infer'),
  'mesm-chunk-train': extraction('chunk', 'train'),
  'mesm-chunk-infer': extraction('chunk', 'infer'),
} as const satisfies Record<string, Benchmark>

/** Names for several benchmarks. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  quoted: Object.keys(quoted),
  'end-to-end': Object.keys(endToEnd),
}

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
  ...quoted,
  ...endToEnd,
} as const satisfies Record<string, Benchmark>

export type BenchmarkName = keyof typeof benchmarks

export function isBenchmarkName(name: string): name is BenchmarkName {
  return Object.hasOwn(benchmarks, name)
}
