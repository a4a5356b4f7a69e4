/** `limbic studio`: a page to recognise emotions, and to watch, compare and train runs. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { readCount } from '../../base/values.js'
import { findModel } from '../../models/index.js'
import type { FieldGroup } from '../../studio/protocol.js'
import { runFlags, settingFlags } from '../flags/configuration.js'
import { describeFlags, type Flag } from '../flags/flags.js'
import { type QueueOptions, readQueue } from '../flags/queue.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'

interface Options extends TerminalOptions, Pick<QueueOptions, 'queue'> {
  readonly host: string
  readonly port: string
  readonly data?: readonly string[]
  readonly static?: string
}

export function define(command: Command): void {
  withTerminal(command)
    .argument('[folder]', 'folder of the runs', 'runs')
    .option('--data <path...>', 'data sets that the page may open and train on')
    .option(
      '--queue [address]',
      'also show the queue of many machines: redis://HOST:PORT (default: $LIMBIC_QUEUE)',
    )
    .option('--port <number>', 'port of the page; 0 picks a free one', '4640')
    .option(
      '--host <address>',
      'address to listen on; other than on this machine, the page needs the token that is printed',
      '127.0.0.1',
    )
    .option(
      '--static <folder>',
      'write the page for a static host instead: only what runs in the browser',
    )
    .addHelpText(
      'after',
      `
The page recognises emotions live from camera and microphone, and in files. Both run in the browser;
no face or voice leaves the machine. It also lists the runs of the folder while they train, compares
and explains them, inspects data sets, and trains models. Ctrl-C stops the studio and, between two
steps, the runs that it trains; they can be resumed.

Examples:
  $ limbic studio
  $ limbic studio runs --data features.pkl other.pkl
  $ limbic studio runs --queue redis://head:6379
  $ limbic studio --static site`,
    )
    .action(async (folder: string, options: Options) => {
      const terminal = openTerminal(options)
      if (options.static !== undefined) {
        const { writeStatic } = await import('../../studio/server/static.js')
        const files = writeStatic(options.static)
        terminal.record({ folder: options.static, files })
        terminal.print(`${options.static}: ${files.length} files; serve them over https`)
        return
      }
      const data = options.data ?? []
      const missing = data.find((path) => !existsSync(path))
      if (missing !== undefined) {
        throw new LimbicError('no such file', { where: missing, hint: 'Check the path' })
      }
      const { startStudio } = await import('../../studio/server/start.js')
      const { userCache } = await import('../../studio/server/runs/kept-rows.js')
      const studio = await startStudio({
        ...{
          folder: resolve(folder),
          name: folder,
          data,
          fieldsOf: describeFields,
          host: options.host,
          cache: userCache(),
          queue: readQueue(options),
        },
        port: readCount('--port', options.port, 0, 65_535),
      })
      terminal.record({ event: 'listening', address: studio.address })
      terminal.print(`Limbic Studio: ${studio.address}`)
      terminal.note('Ctrl-C ends it')
      await stopped()
      await studio.close()
    })
}

/** Waits for Ctrl-C, or the signal that a service manager sends instead. */
async function stopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve())
  })
}

/** The settings of a model's training, as `limbic train MODEL --help` groups them. */
export function describeFields(model: string): readonly FieldGroup[] {
  const groups: [string, readonly Flag[]][] = [
    [`Settings of ${model}:`, settingFlags(findModel(model))],
    ...Object.entries(runFlags),
  ]
  return groups.map(([title, flags]) => ({
    title: title.replace(/:$/, ''),
    // The form has its own field for the data.
    fields: describeFlags(
      flags.filter(({ name }) => name !== 'data' && name !== 'from' && name !== 'parts'),
    ),
  }))
}
