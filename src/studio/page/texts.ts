/** Every text of the page, in one place. */

/** `1 run`, `1,200 runs` */
const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`

export const texts = {
  title: 'Limbic Studio',
  places: {
    live: 'Live',
    try: 'Try',
    runs: 'Runs',
    data: 'Data',
    train: 'Train',
    queue: 'Queue',
    teach: 'Teach',
  },
  skip: 'Skip to the content',
  offline: 'The studio does not respond. The page shows its last known state.',
  waiting: 'One moment …',
  failed: 'Something went wrong',
  export: 'Save as',
  formats: { csv: 'CSV', markdown: 'Markdown', latex: 'LaTeX', svg: 'SVG', png: 'PNG' },

  /** The inputs of models, by name. */
  inputs: (name: string): string =>
    ({ text: 'Words', audio: 'Voice', vision: 'Face', voice: 'Voice', face: 'Face' })[name] ?? name,

  model: {
    model: 'Model',
    starter: 'Starter models',
    file: 'Open an exported model',
    opening: 'Opening the model …',
    best: (group: string, count: number) => `${group} (best of ${count})`,
    about: (kind: string, data: string, inputs: string) =>
      `${kind}, trained on ${data}; reads: ${inputs}.`,
    synthetic: 'Trained on synthetic data, its answers say nothing about people.',
    noRecordings: (problem: string) => `Only feature files, under Try. ${problem}`,
    without: (inputs: string) => `Not made in this page, and therefore missing: ${inputs}.`,
    needs: (what: string, name: string | undefined) =>
      `It was trained with ${what}${name === undefined ? '' : `: ${name}`}.`,
    given: (what: string) => `Uses ${what}.`,
    choose: 'Choose it',
    maps: 'Show what it attends to (slower)',
    words: 'What is said',
    wordsHint: 'Type it, or open a transcript. Without words, they count as missing.',
    wordsFile: 'Open a transcript',
    seconds: 'Seconds that an answer looks back',
  },

  live: {
    title: 'Live',
    about:
      'Emotions from camera and microphone, several times a second, as the starter models, a run of yours or an exported model recognise them. The starter models are small and often wrong. Everything happens in this page; no picture and no sound leaves it.',
    start: 'Use camera and microphone',
    stop: 'Stop',
    opening: 'Opening the devices and the models …',
    pause: 'Pause',
    goOn: 'Continue',
    mark: 'Mark this moment',
    marks: (count: number) => counted(count, 'mark'),
    keep: 'Keep the answers of this session',
    save: 'Save them as a file',
    camera: 'Camera',
    uses: 'The answer uses',
    nothing: 'Nothing is heard or seen that shows an emotion.',
    answer: (emotion: string, share: string) => `${emotion}, ${share}`,
    rate: (rate: string, delay: string) => `${rate} answers a second, ${delay} ms after the frame`,
    person: (number: number) => `Person ${number}`,
    emotions: 'Emotions now',
    adds: (emotion: string) => `Contributions to ${emotion}`,
    addsHint:
      'Exact Shapley values of all that is used. Together with an equal share for each emotion, they sum to the answer.',
    ownHint:
      'Exact Shapley values of all inputs. Together with the answer to nothing, they sum to the answer.',
    equal: 'Equal shares',
    nothingGiven: 'Nothing given',
    outputs: 'Answer now',
    curves: 'The last minute',
    sound: 'Sound of the last minute',
    sounds: 'Sound',
    attention:
      'What the model attends to: the line over the sound for the voice, the dashed one for the face. Where it looks at parts of them, pink on the sound and yellow on the face.',
    noCamera: 'No camera',
    noDevice:
      'This page has access to neither a camera nor a microphone. Allow access in the browser, or connect a device.',
  },

  try: {
    title: 'Try',
    about:
      'Drop a recording, sound or picture to see its emotions over time. The file stays in this page. A transcript (SRT, WebVTT, JSON, text) dropped with it is shown next to it, and read by models of yours that read words. A file of samples (JSON) is answered by a model of yours, as limbic predict answers it.',
    choose: 'Choose files',
    drop: 'or drop them here',
    reading: (name: string) => `Analysing ${name} …`,
    player: 'The recording',
    overTime: 'Over time',
    words: 'Words',
    answers: 'Answer',
    together: 'Together',
    alone: (input: string) => `${input} alone`,
    samples: 'Sample',
    failures: (count: number) => `${counted(count, 'sample')} could not be answered`,
    noModel: 'Samples are answered by a model of yours. Choose a run or an exported model first.',
    nothing: 'Nothing is heard or seen that shows an emotion',
  },

  runs: {
    title: 'Runs',
    inFolder: (folder: string) => `In ${folder}`,
    reading: (count: number) => `Reading the folder: ${counted(count, 'run')} so far`,
    count: (shown: number, all: number) =>
      shown === all
        ? counted(all, 'run')
        : `${shown.toLocaleString('en')} of ${counted(all, 'run')}`,
    hint: 'Select some to compare them.',
    none: 'No runs yet. Train a model under Train, or with limbic train, and it appears here.',
    filter: 'Filter',
    filterHint: 'any word, or a setting: hidden=64',
    columns: 'Columns',
    fold: 'Fold seeds',
    select: (name: string) => `Select ${name}`,
    selectAll: 'Select all runs shown',
    compare: (count: number) => `Compare ${count} selected`,
    open: (name: string) => `Open ${name}`,
    unfold: (name: string) => `Show the runs of ${name}`,
    group: (count: number, states: string) => `${count} runs: ${states}`,
    headers: {
      name: 'Run',
      state: 'State',
      model: 'Model',
      data: 'Data',
      seed: 'Seed',
      epochs: 'Epochs',
      validLoss: 'Validation loss',
      rate: 'Learning rate',
      seconds: 'Time',
      memory: 'Memory',
      parameters: 'Parameters',
    },
    states: {
      complete: 'complete',
      running: 'running',
      unfinished: 'unfinished',
      untrained: 'untrained',
      damaged: 'damaged',
    },
    left: (time: string) => `${time} left`,
  },

  run: {
    back: 'All runs',
    epochs: (done: number, most: number) => `Epoch ${done} of at most ${most}`,
    goOn: 'Resume',
    goesOn: 'Resumed. Follow it under Train.',
    curves: 'Curves',
    noEpoch: 'No epoch is finished yet.',
    report: 'Figures',
    reportOf: 'Figures of this run',
    makeReport: 'Evaluate this run with its best weights so far',
    calibration: 'Calibration',
    calibrationHint:
      'Predictions of the test split by how sure they are. On the diagonal, the model is right as often as it is sure.',
    calibrationTable: 'As a table',
    sure: 'Sure between',
    answers: 'Answers',
    confidence: 'Mean confidence',
    right: 'Right',
    settings: 'Settings',
    differs: 'Settings that differ from the defaults are listed first, in bold.',
    setting: 'Setting',
    value: 'Value',
    standard: 'Default',
    samples: 'Samples',
    samplesHint:
      'The test split, the largest errors first. Open a sample to see what its prediction is based on.',
    more: (count: number) => `and ${count.toLocaleString('en')} more with smaller errors`,
    sample: 'Sample',
    truth: 'True',
    prediction: 'Predicted',
    error: 'Error',
    explain: (id: string) => `Explain ${id}`,
    explanation: (id: string) => `Explanation of ${id}`,
    notes: 'About the data',
  },

  data: {
    title: 'Data',
    about: 'The contents of a data set, as reported by limbic data inspect.',
    none: 'The studio was started without data. Restart it with a data set: limbic studio --data features.pkl',
    choose: 'Data set',
    reading: (name: string) => `Reading ${name} …`,
    synthetic: 'Synthetic: no person said any of this.',
    other: 'This is not a data set but another kind of file:',
    clips: (layout: string, clips: number, speakers: number) =>
      `${counted(clips, 'clip')}${speakers > 0 ? ` of ${counted(speakers, 'speaker')}` : ''}, read as ${layout}. Make features of them with limbic data extract, to train on.`,
    leftOut: (count: number, rule: string) => `${counted(count, 'clip')} left out: ${rule}`,
    samples: 'Samples',
    listing: 'Listing the samples …',
    silent: (reason: string) => `There are no recordings to play: ${reason}.`,
    split: 'Split',
    label: 'Class',
    any: 'all',
    shown: (from: number, count: number, found: number) =>
      count === 0
        ? 'no sample'
        : `${(from + 1).toLocaleString('en')} to ${(from + count).toLocaleString('en')} of ${found.toLocaleString('en')}`,
    earlier: 'Previous',
    later: 'Next',
    play: (id: string) => `Play ${id}`,
    recording: (id: string) => `Recording of ${id}`,
    picture: (place: number, count: number, id: string) => `Picture ${place} of ${count} of ${id}`,
    channel: (side: string) => `The speaker is on the ${side} channel.`,
    half: (side: string) => `The speaker is in the ${side} half of the picture.`,
    unplayable: 'This browser cannot play files of this kind.',
  },

  train: {
    title: 'Train',
    about:
      'The defaults are those of the document that describes the model. An empty field keeps its default.',
    model: 'Model',
    data: 'Data',
    out: 'Folder of the run',
    seeds: 'Seeds',
    one: 'one',
    standard: (value: string) => (value === '' ? 'none by default' : `default: ${value}`),
    start: 'Start training',
    started: 'Training has started. Its runs are under Runs.',
    yes: 'yes',
    no: 'no',
    reproduce: 'Reproduce a table',
    reproduceAbout:
      'Trains every row of a published table and shows the published figures next to yours. Fewer seeds and epochs give a first impression, not a reproduction.',
    experiment: 'Table',
    epochs: 'Epochs',
    standardEpochs: "the document's",
    startTable: 'Start the table',
    filling: 'Runs so far',
    complete: 'Complete',
    table: 'The table',
    jobs: 'Jobs',
    noJobs: 'None yet.',
    stop: 'Stop',
    states: {
      running: 'running',
      stopping: 'stopping after this step',
      stopped: 'stopped',
      done: 'complete',
      failed: 'failed',
    },
    runs: 'Its runs',
    command: 'As a command',
  },

  queue: {
    title: 'Queue',
    about:
      'What workers on all machines run, and what waits for them. Submit runs with --queue, and start workers with limbic worker.',
    unwatched:
      'This studio was started without a queue. Restart it with one: limbic studio --queue redis://HOST:PORT',
    none: 'Nothing was submitted in the last 24 hours.',
    silent: 'The queue does not answer. This is how it was last',
    unread: (count: number) => `${count.toLocaleString('en')} more jobs are being read …`,
    unnamed: 'Jobs of an unnamed sweep',
    ended: 'Share of the jobs that have ended',
    counts: (counts: Readonly<Record<'running' | 'waiting' | 'complete' | 'failed', number>>) =>
      (['running', 'waiting', 'complete', 'failed'] as const)
        .map((state) => `${counts[state].toLocaleString('en')} ${state}`)
        .join(' · '),
    cellsOf: (name: string) => `Jobs of ${name}`,
    headers: ['Job', 'State', 'Progress', 'Worker', 'Since'],
    states: {
      waiting: 'waiting',
      running: 'running',
      complete: 'complete',
      failed: 'failed',
      cancelled: 'cancelled',
    },
    progressOf: (label: string) => `Progress of ${label}`,
    more: (count: number) => `and ${count.toLocaleString('en')} more`,
    cancel: 'Cancel these jobs',
    sure: (count: number) =>
      count === 1
        ? 'Cancel 1 job for everyone?'
        : `Cancel ${count.toLocaleString('en')} jobs for everyone?`,
    yes: 'Yes, cancel them',
    no: 'No',
    cancelling:
      'Waiting jobs are gone; running ones stop after this step. Repeat the command that submitted them to resume.',
  },

  teach: {
    title: 'Teach',
    about:
      'Show each emotion a few times, for three seconds each, and the model learns from your takes in this page: how the starter models weigh voice and face, or layers of the voice model or of a model of yours. The last take of each emotion is kept aside to test the result. What the models read and answer is stored, in this browser alone: features, and pictures of faces only for a model that reads those.',
    start: 'Use camera and microphone',
    takes: 'Takes',
    record: (name: string) => `Record ${name}`,
    recording: (name: string) => `Recording ${name} …`,
    nothing: 'Nothing was heard or seen in that take, so it was discarded.',
    count: (count: number) => counted(count, 'take'),
    usable: (count: number, all: number) =>
      `It can learn from ${count} of ${all} takes: the others have nothing that it reads.`,
    whatLearns: 'What learns',
    learner: (
      learner:
        | { readonly kind: 'fusion' }
        | { readonly kind: 'layers'; readonly last: number | 'all' },
      isStarter = false,
    ): string => {
      if (learner.kind === 'fusion') return 'the weighing of voice and face'
      const model = isStarter ? 'the voice model' : 'the model'
      if (learner.last === 'all') return `all layers of ${model}`
      return learner.last === 1
        ? `the last layer of ${model}`
        : `the last ${learner.last} layers of ${model}`
    },
    choice: (learner: string, parameters: number) =>
      parameters === 0 ? learner : `${learner} (${counted(parameters, 'parameter')})`,
    tooLarge: (learner: string, problem: string) => `Not here: ${learner}, since ${problem}.`,
    cannot: (problem: string) => `Its layers cannot learn here. ${problem}`,
    learn: 'Learn from the takes',
    few: 'Record takes of at least two kinds, one of them twice.',
    begins: 'Learning …',
    stop: 'Stop learning',
    stopped: 'Stopped. It goes on from there when you let it learn from the same takes again.',
    learning: (epoch: number, epochs: number) => `Learning: ${epoch} of at most ${epochs} epochs`,
    result: 'What was learned',
    learned: (count: number) => `Learned from ${count} takes.`,
    whatLearned: (learner: string, takes: number, epochs: number) =>
      epochs === 0
        ? `Nothing: ${learner} stays as it was.`
        : `From ${takes} takes, for ${epochs} epochs: ${learner}.`,
    howLong: (folds: number, epochs: number) =>
      folds === 0
        ? ''
        : epochs === 0
          ? 'Takes that were left out in turn were answered worse after every epoch.'
          : `Takes that were left out in turn, in ${folds} groups, were answered best after so many.`,
    aside: 'Takes kept aside, which had no part in learning',
    shown: 'Shown',
    before: 'Before',
    after: 'After',
    use: 'Use what was learned, here, under Live and under Try; without it, all is as before',
    saveModel: 'Save the taught model',
    save: 'Save takes and what was learned',
    open: 'Open saved takes',
    forget: 'Forget all takes and what was learned',
  },

  compare: {
    title: 'Comparison',
    frame: 'The comparison',
    making: 'Comparing. Runs that are not complete are evaluated first.',
    files: 'Files of this report',
  },
} as const
