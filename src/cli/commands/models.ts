/** `limbic models`: the models that can be trained. */

import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { modalities } from '../../base/modalities.js'
import { largest } from '../../base/numbers.js'
import { kebab } from '../../base/text/flag.js'
import { wrap } from '../../base/text/wrap.js'
import { readCount } from '../../base/values.js'
import { countFlops, countParameters, listGraph } from '../../graph/inspect.js'
import { widthsFor } from '../../learn/step/features.js'
import { applyModel } from '../../learn/step/graphs.js'
import type { StepShape } from '../../models/define/inputs.js'
import { type ConfiguredModel, type Model, models, type Widths } from '../../models/index.js'
import { consentTo, openModel } from '../../runs/model-file/index.js'
import { sentiment } from '../../task/sentiment.js'
import { settingFlags } from '../flags/configuration.js'
import { addFlags, describeKeys, readFlags } from '../flags/flags.js'
import { namedModel } from '../flags/named-model.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  terminalWidth,
  withTerminal,
} from '../terminal/terminal.js'

interface Options extends TerminalOptions {
  readonly graph?: boolean
  readonly widths: string
  readonly steps: string
}

/** Widths of GloVe, COVAREP and FACET features, which most published results use. */
const usualWidths = 'text=300,audio=74,vision=35'

export function define(command: Command, args: readonly string[]): void {
  const named = namedModel(args)
  const flags = named ? settingFlags(named) : []
  withTerminal(
    command
      .argument('[model]', 'the model to show')
      .option('--graph', 'print the inference graph, one operator per line')
      .option('--widths <name=width,...>', 'number of features of each input', usualWidths)
      .option('--steps <count>', 'sequence length for the operation count', '50'),
  ).addHelpText(
    'after',
    `
Examples:
  $ limbic models
  $ limbic models mmlatch --hidden 60 --widths text=32,audio=16,vision=12
  $ limbic models mmlatch --graph`,
  )
  if (named) addFlags(command, flags, `Settings of ${named.name}:`)
  command.action((name: string | undefined, options: Options) => {
    const terminal = openTerminal(options)
    if (name === undefined) return listModels(terminal)
    const { settings } = readFlags(flags, command.opts())
    consentTo(name, 'named')
    showModel(terminal, openModel(name), settings ?? {}, options)
  })
}

function listModels(terminal: Terminal): void {
  for (const { name, title, source, aligned } of models) {
    terminal.record({ name, title, source, aligned })
  }
  const width = largest(models.map(({ name }) => name.length)) + 2
  for (const { name, title, source, aligned } of models) {
    terminal.print(`${name.padEnd(width)}${title}${aligned ? '; aligned sequences only' : ''}`)
    terminal.print(`${' '.repeat(width)}${source}`, '')
  }
  terminal.print('"limbic models NAME" shows the settings, size and maps of a model.')
}

function showModel(terminal: Terminal, model: Model, settings: unknown, options: Options): void {
  const configured = model.configure(settings)
  const widths = readWidths(options.widths, configured)
  const steps = readCount('--steps', options.steps, 1)
  const task = sentiment({ loss: 'l1' })
  const { scope, outputs } = applyModel(configured, widths, task, false)
  const axes = configured.inputs.flatMap(({ time }) => (time === undefined ? [] : [time]))
  const sizes = new Map([['batch', 1], ...axes.map((axis): [string, number] => [axis, steps])])
  const parameters = countParameters(scope.graph)
  const flops = countFlops([outputs.prediction], sizes)
  const used = Object.entries(widthsFor(configured, widths))
  terminal.record({
    name: model.name,
    title: model.title,
    source: model.source,
    settings: configured.settings,
    widths: Object.fromEntries(used),
    parameters,
    steps,
    flops: flops.total,
    flopsByOperator: Object.fromEntries(flops.byOperator),
    maps: Object.keys(outputs.maps),
    ...(options.graph && { graph: listGraph([outputs.prediction]).split('\n') }),
  })
  terminal.print(`${model.name}: ${model.title}`, model.source, '')
  terminal.print(
    model.aligned
      ? 'It needs aligned sequences: step t is the same word in every modality.'
      : 'It takes aligned or unaligned sequences.',
    '',
  )
  const width = Math.min(98, terminalWidth())
  terminal.print('Settings, as flags of limbic train:')
  for (const { key, values, standard, description } of describeKeys(model.settings)) {
    const flag = values === 'yes|no' ? `--[no-]${kebab(key)}` : `--${kebab(key)} <${values}>`
    terminal.print(`  ${flag}${standard === '' ? '' : `(default: ${standard})`}`)
    terminal.print(...wrap(description, width - 6).map((line) => `      ${line}`))
  }
  const features = used.map(([modality, width]) => `${modality} ${width}`).join(', ')
  terminal.print(
    '',
    `With ${features} features and one output: ${parameters.toLocaleString('en')} parameters, ` +
      `${(flops.total / 1e6).toPrecision(3)} million floating-point operations for a sample of ${steps} steps.`,
  )
  const maps = Object.keys(outputs.maps)
  terminal.print(
    ...wrap(
      maps.length > 0
        ? `Maps that limbic explain shows: ${maps.join(', ')}.`
        : 'It has no attention or mask maps; limbic explain shows the contributions of inputs and steps.',
      width,
    ),
  )
  if (options.graph) terminal.show(`\n${listGraph([outputs.prediction])}`)
}

/** The widths given, and those of inputs whose shape is fixed. */
function readWidths(text: string, { inputs }: ConfiguredModel): Widths {
  const widths: Record<string, number> = {}
  const fixed = inputs.flatMap(({ name, shape }) =>
    shape && !shape.includes('any') ? [[name, sizeOfStep(shape, 1)] as const] : [],
  )
  Object.assign(widths, Object.fromEntries(fixed))
  const known: readonly string[] = [...modalities, ...inputs.map(({ name }) => name)]
  for (const part of text.split(',')) {
    const [name = '', value] = part.split('=').map((piece) => piece.trim())
    const width = Number(value)
    if (!known.includes(name) || !Number.isInteger(width) || width < 1) {
      throw new LimbicError('invalid number of features for an input', {
        where: '--widths',
        expected: [...new Set(known)].map((input) => `${input}=number`).join(','),
        got: part,
      })
    }
    widths[name] = width
  }
  // The usual widths are those of vectors: tokens and pictures have shapes of their own.
  if (text === usualWidths) Object.assign(widths, Object.fromEntries(fixed))
  for (const { name, shape } of inputs) {
    // Frames of audio are as wide as audio.
    const like = modalities.find((modality) => name.startsWith(modality))
    const width = like && widths[like]
    if (shape?.includes('any') && width) widths[name] ??= sizeOfStep(shape, width)
  }
  const missing = inputs.find(({ name, optional }) => !optional && widths[name] === undefined)
  if (!missing) return widths
  throw new LimbicError(`the width of ${missing.name} is missing`, {
    where: '--widths',
    hint: `Give the number of features per step, as in --widths ${text},${missing.name}=16`,
  })
}

function sizeOfStep(shape: StepShape, any: number): number {
  return shape.reduce<number>((product, size) => product * (size === 'any' ? any : size), 1)
}
