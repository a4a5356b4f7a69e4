#!/usr/bin/env node
/** The program: the command line with the process's own arguments, streams and exit code. */
import { explainFileError } from '../disk/files.js'
import { runCommandLine } from './run.js'
import { reportFailure } from './terminal/failure.js'

for (const [stream, name] of [
  [process.stdout, 'standard output'],
  [process.stderr, 'standard error'],
] as const) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Reading only the first lines (`limbic ... | head`) is not a mistake.
    if (error.code === 'EPIPE') process.exit(0)
    process.exit(reportFailure(explainFileError(error, name)))
  })
}
// Failures outside a command are one line, too.
process.on('uncaughtException', (error) => process.exit(reportFailure(error)))

process.exitCode = await runCommandLine(process.argv.slice(2), process)
