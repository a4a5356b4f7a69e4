/** `limbic data`: commands for data sets. */
import type { Command } from 'commander'
import type { CommandEntry } from '../../command.js'

const subcommands: readonly CommandEntry[] = [
  {
    name: 'inspect',
    summary: 'show what a file or folder contains',
    load: () => import('./inspect.js'),
  },
  {
    name: 'samples',
    summary: 'list the samples of a data set or of a folder of recordings',
    load: () => import('./samples.js'),
  },
  {
    name: 'convert',
    summary: "convert a data set to Limbic's own store, which opens instantly",
    load: () => import('./convert.js'),
  },
  {
    name: 'extract',
    summary: 'make features of a folder of recordings, as a store',
    load: () => import('./extract.js'),
  },
  {
    name: 'reorganise',
    summary: 'cut a corpus of recordings into aligned files, a folder for each clip',
    load: () => import('./reorganise.js'),
  },
  {
    name: 'align',
    summary: 'align computational sequences (.csd) word by word',
    load: () => import('./align.js'),
  },
  {
    name: 'synth',
    summary: 'generate a synthetic corpus with known effects',
    load: () => import('./synth.js'),
  },
]

export async function define(command: Command, args: readonly string[]): Promise<void> {
  command.addHelpText('after', '\n"limbic data COMMAND --help" lists the options of a command.')
  const [first, second] = args.filter((argument) => !argument.startsWith('-'))
  const wanted = first === 'help' ? second : first
  for (const { name, summary, load } of subcommands) {
    const subcommand = command.command(name).summary(summary).description(summary)
    if (name !== wanted) continue
    const module = await load()
    await module.define(subcommand, args.slice(args.indexOf(name) + 1))
  }
}
