/** One run of ffmpeg: its output as a stream with back-pressure, its messages line by line. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { LimbicError } from '../../../base/errors.js'
import { type Program, quietEnvironment } from './program.js'

/** A message of ffmpeg. */
export interface Message {
  /** The part of ffmpeg that logs it, such as `h264`; empty for ffmpeg itself. */
  readonly speaker: string
  readonly level: string
  readonly text: string
}

export interface DecoderOptions {
  /** The recording's name, for messages. */
  readonly name: string
  /** Seconds for which ffmpeg may make no progress. */
  readonly patience: number
  onMessage(message: Message): void
  /** Whether it reads standard input. */
  readonly input?: boolean
}

const longestLine = 4096
const common = ['-hide_banner', '-nostats', '-loglevel', 'repeat+level+info']

/** Runs ffmpeg. Whoever starts it reads to the end or stops it. */
export class Decoder {
  readonly input: Writable | undefined
  private readonly child: ChildProcess
  private readonly output: AsyncIterator<unknown>
  private readonly closed: Promise<number>
  private readonly waiting = new Set<() => void>()
  private lastSign = Date.now()
  private rest = ''
  private left: Uint8Array = new Uint8Array(0)
  private pending: Promise<Uint8Array | undefined> | undefined
  private ended = false
  private failure: Error | undefined

  constructor(
    program: Program,
    args: readonly string[],
    private readonly options: DecoderOptions,
  ) {
    const stdin = options.input ? 'pipe' : 'ignore'
    const child = spawn(
      program.path,
      [...common, ...(options.input ? [] : ['-nostdin']), ...args],
      {
        stdio: [stdin, 'pipe', 'pipe'],
        windowsHide: true,
        env: quietEnvironment(),
      },
    )
    this.child = child
    this.input = child.stdin ?? undefined
    // Input that ffmpeg no longer reads need not be written.
    this.input?.on('error', () => {})
    this.closed = new Promise((resolve) => {
      const end = (code: number) => {
        this.ended = true
        this.wake()
        resolve(code)
      }
      child.once('error', (error) => {
        this.failure = error
        end(-1)
      })
      child.once('close', (code) => end(code ?? -1))
    })
    this.output = child.stdout ? child.stdout[Symbol.asyncIterator]() : nothing()
    child.stderr?.setEncoding('utf8')
    child.stderr?.on('data', (text: string) => this.hear(text))
  }

  /**
   * The next piece of output; undefined at its end. ffmpeg waits until this is called.
   *
   * @throws LimbicError if ffmpeg cannot be started, or makes no progress for too long
   */
  async read(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.patiently(this.output.next())
    return done || !(value instanceof Uint8Array) ? undefined : value
  }

  /**
   * The next bytes of output, exactly as many as requested. Undefined at the end, where a remainder
   * is dropped, or once `enough` returns true, which is called after each message of ffmpeg.
   *
   * @throws as `read` does
   */
  async readExactly(count: number, enough = () => false): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(count)
    for (let done = 0; ; ) {
      const part = this.left.subarray(0, count - done)
      bytes.set(part, done)
      this.left = this.left.subarray(part.length)
      done += part.length
      if (done === count) return bytes
      const piece = await this.readUnless(enough)
      if (!piece) return undefined
      this.left = piece
    }
  }

  private async readUnless(enough: () => boolean): Promise<Uint8Array | undefined> {
    this.pending ??= this.read()
    const piece = this.pending
    const come = piece.then(() => true)
    while (!enough()) {
      const said = new Promise<boolean>((resolve) => this.waiting.add(() => resolve(false)))
      if (await Promise.race([come, said])) {
        this.pending = undefined
        return piece
      }
    }
    // Nobody waits for it any more, so its failure is not reported.
    come.catch(() => {})
    return undefined
  }

  /** Waits for ffmpeg's next message; false once it has ended. */
  async listen(): Promise<boolean> {
    if (this.ended) return false
    await this.patiently(new Promise<void>((resolve) => this.waiting.add(resolve)))
    return true
  }

  /** Waits for its end. @returns its exit code @throws as `read` does */
  async end(): Promise<number> {
    const code = await this.patiently(this.closed)
    if (this.failure) {
      throw new LimbicError(
        'ffmpeg could not be started',
        { where: this.options.name },
        { cause: this.failure },
      )
    }
    return code
  }

  /** Ends it at once; resolves when the process has exited. */
  async stop(): Promise<void> {
    if (!this.ended) this.child.kill('SIGKILL')
    this.child.stdout?.destroy()
    this.child.stderr?.destroy()
    this.input?.destroy()
    await this.closed
  }

  private async patiently<Result>(step: Promise<Result>): Promise<Result> {
    const { patience, name } = this.options
    this.lastSign = Date.now()
    let timer: NodeJS.Timeout | undefined
    const stalled = new Promise<never>((_, reject) => {
      const check = () => {
        const rest = this.lastSign + 1000 * patience - Date.now()
        if (rest > 0) {
          timer = setTimeout(check, rest)
          return
        }
        this.child.kill('SIGKILL')
        const what = `decoding made no progress for ${patience} s and was stopped`
        reject(new LimbicError(what, { where: name, hint: 'The file may be damaged' }))
      }
      check()
    })
    try {
      return await Promise.race([step, stalled])
    } finally {
      clearTimeout(timer)
      this.lastSign = Date.now()
    }
  }

  private hear(text: string): void {
    this.lastSign = Date.now()
    const lines = (this.rest + text).split('\n')
    this.rest = (lines.pop() ?? '').slice(0, longestLine)
    for (const line of lines) {
      const [, speaker = '', level = '', said = ''] = pattern.exec(line) ?? []
      if (level !== '') this.options.onMessage({ speaker, level, text: said })
    }
    this.wake()
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}

const pattern =
  /^(?:\[([^\]@]*)(?: @ [^\]]*)?\] ?)*?\[(panic|fatal|error|warning|info|verbose)\] (.{0,2000})/

async function* nothing(): AsyncGenerator<Uint8Array> {}
