/** `limbic data reorganise`: a raw corpus as aligned files, one folder per clip. */
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { readCount } from '../../../base/values.js'
import { corpusTable } from '../../../data/corpora/raw/index.js'
import { durationsOf } from '../../../extraction/corpus/durations.js'
import { type Reorganisation, reorganise } from '../../../extraction/reorganise/reorganise.js'
import { recordingsTable } from '../../../report/corpus/tables.js'
import { renderTable } from '../../../report/tables/render.js'
import { watchClips } from '../../extracting/clip-progress.js'
import { addCorpus, type CorpusOptions, layoutsHelp, openCorpus } from '../../extracting/corpus.js'
import { tellClips } from '../../extracting/tell-clips.js'
import { exitCodes } from '../../terminal/failure.js'
import { interruptible } from '../../terminal/interrupt.js'
import { setExitCode } from '../../terminal/streams.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../../terminal/terminal.js'

interface Options extends TerminalOptions, CorpusOptions {
  readonly out: string
  readonly workers?: string
  readonly strict?: boolean
}

export function define(command: Command): void {
  addCorpus(
    withTerminal(command)
      .argument('<folder>', 'a corpus as distributed')
      .requiredOption('--out <folder>', 'where to write; outside the corpus'),
  )
    .optionsGroup('How:')
    .option('--workers <count>', 'clips at once (default: as many as there are cores)')
    .option('--strict', 'refuse damaged recordings, and stop at the first clip that fails')
    .addHelpText(
      'after',
      `
Writes the layout of MESM (section 3): for each clip a folder with the speaker's sound as WAV and
30 frames a second as JPEG, text and labels in meta.pkl, and a list of ids for each split. All
commands that read a corpus accept it, such as "limbic data extract". clips.jsonl records the origin
of each clip. Prints the average words and seconds and the number of clips by class and split, as
MESM's Tables 1 and 2 do. After Ctrl-C, repeat the command to resume.

${layoutsHelp}

Examples:
  $ limbic data reorganise IEMOCAP --out IEMOCAP_RAW_PROCESSED
  $ limbic data reorganise CMU-MOSEI --lists MOSEI_SPLIT --out MOSEI_RAW_PROCESSED`,
    )
    .action(run)
}

async function run(folder: string, options: Options): Promise<void> {
  const terminal = openTerminal(options)
  const { workers: given, out } = options
  const workers =
    given === undefined ? availableParallelism() : readCount('--workers', given, 1, 256)
  const progress = watchClips(terminal)
  let durations: ReadonlyMap<string, number> = new Map()
  let done: Reorganisation
  try {
    done = await interruptible(async (signal): Promise<Reorganisation> => {
      const corpus = await openCorpus(terminal, folder, options, {
        words: true,
        durations: async (raw) => {
          durations = await durationsOf(raw, workers, signal)
          return durations
        },
      })
      const { ended } = progress
      const strict = options.strict === true
      return reorganise({ corpus, folder, out, workers, strict, signal, ended })
    })
  } finally {
    progress.close()
  }
  const { state, corpus, outcomes } = done
  if (state === 'stopped') {
    const left = corpus.clips.length - outcomes.length
    terminal.note(`Stopped with ${left} clips left; repeat the command to resume`)
    setExitCode(exitCodes.interrupted)
    return
  }
  tellClips(terminal, outcomes)
  for (const note of corpus.notes) terminal.note(note)
  const figures = corpusTable(corpus, (path) => durations.get(path))
  terminal.record({ folder: out, ...figures, notes: corpus.notes })
  terminal.show(renderTable(recordingsTable(corpus.name, figures), 'text'))
  terminal.print(`${out}: ${corpus.clips.length} clips`)
}
