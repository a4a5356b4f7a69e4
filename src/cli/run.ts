/** Runs one command line: finds the command, loads only that, and turns any failure into one line. */
import { Command, CommanderError } from 'commander'
import { LimbicError } from '../base/errors.js'
import { plainLines } from '../base/text/clean.js'
import { version } from '../disk/package.js'
import { findEntry, table } from './commands.js'
import { bringNear } from './remote/near.js'
import { reportFailure } from './terminal/failure.js'
import { fitHelp } from './terminal/help.js'
import { type Streams, setExitCode, streams, withStreams } from './terminal/streams.js'
import { complain, terminalWidth } from './terminal/terminal.js'

/**
 * Runs a command line with given streams, which stay open.
 *
 * @param args the arguments after the program's name
 * @returns the exit code
 */
export function runCommandLine(args: readonly string[], given: Streams): Promise<number> {
  return withStreams(given, async () => {
    try {
      const near = await bringNear(args)
      const program = await assemble(near.args)
      if (args.length === 0) program.outputHelp()
      else await program.parseAsync([...near.args], { from: 'user' }).finally(near.finish)
    } catch (error) {
      if (error instanceof CommanderError) setExitCode(error.exitCode === 0 ? 0 : 2)
      else setExitCode(reportFailure(error))
    }
  })
}

/** Every command by name and purpose; only the one in `args` is loaded. */
async function assemble(args: readonly string[]): Promise<Command> {
  const program = new Command('limbic')
    .description('Trains, compares, explains and deploys multimodal emotion and sentiment models.')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams().stdout.write(plainLines(fitHelp(text, terminalWidth()))),
      outputError: (text) => complain(named(text) + whatThereIs(text, args)),
      getOutHelpWidth: terminalWidth,
    })
    .configureHelp({ showGlobalOptions: false })
    .addHelpText(
      'after',
      `
Examples:
  $ limbic demo                                    a complete tour on synthetic data
  $ limbic train mmlatch --data features.pkl --seeds 5
  $ limbic compare runs/first runs/second --out comparison

"limbic help COMMAND" lists the options of a command.`,
    )
  const [first, second] = args.filter((argument) => !argument.startsWith('-'))
  const wanted = findEntry(first === 'help' ? second : first)
  for (const entry of table) {
    const command = program.command(entry.name).summary(entry.summary).description(entry.summary)
    command.exitOverride().showHelpAfterError(false)
    if (entry !== wanted) continue
    const { define } = await entry.load()
    await define(command, args.slice(args.indexOf(entry.name) + 1))
  }
  return program.hook('preAction', (_, command) => refuseNothing(command))
}

/** Flags whose value is a path. */
const paths: ReadonlySet<string> = new Set([
  'out',
  'config',
  'resume',
  'from',
  'report',
  'glove',
  'static',
])

/** An empty value, as of an unset shell variable, must not mean the current folder. */
function refuseNothing(command: Command): void {
  const flags = Object.entries(command.opts()).filter(([name]) => paths.has(name))
  const given: [string, unknown][] = [
    ...flags.map(([name, value]): [string, unknown] => [`--${name}`, value]),
    ...command.processedArgs.map((value, place): [string, unknown] => [
      `<${command.registeredArguments[place]?.name() ?? 'argument'}>`,
      value,
    ]),
  ]
  for (const [where, value] of given) {
    if (![value].flat().includes('')) continue
    throw new LimbicError('is empty', { where, hint: 'Name a file or folder' })
  }
}

/** A hint to the command's help, if no similar option exists. */
function whatThereIs(text: string, args: readonly string[]): string {
  if (!/unknown option/.test(text) || /Did you mean/.test(text)) return ''
  const until = args.findIndex((argument) => argument.startsWith('-'))
  return `. Run limbic ${args.slice(0, until).join(' ')} --help for usage`
}

function named(text: string): string {
  return text.trim().replace(/^error: /, 'limbic: ')
}
