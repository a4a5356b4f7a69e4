/**
 * The queue of a sweep, as a port: who hands out work and who does it know nothing else of each other.
 * Behind it is this process alone (`queues/in-process.ts`) or a server that many machines reach.
 *
 * Work is done at least once: what a lost worker had is leased again. It is kept exactly once, for
 * which whoever does it publishes the result in one atomic step.
 */

/** A piece of work under its name; a name is handed out once. */
export interface Queued<Work> {
  readonly id: string
  readonly work: Work
}

/** Whether a worker still has what it leased: not where it was silent for too long. */
export type LeaseState = 'held' | 'lost' | 'cancelled'

/** Why work failed: by a mistake of what it was given, or else by a bug or a lost process. */
export interface Failure {
  readonly message: string
  readonly mistake: boolean
}

/** A piece of work that one worker has. */
export interface Lease<Work, Report, Result> {
  readonly id: string
  readonly work: Work
  /** Says that the worker is alive, and learns whether it is to go on. */
  heartbeat(): Promise<LeaseState>
  /** Tells those who follow the queue how far it is. */
  progress(report: Report): void
  /** Ends it with its result; false if the lease was lost meanwhile. */
  complete(result: Result): Promise<boolean>
  /** Ends this try; the queue decides whether there is another. */
  fail(failure: Failure): Promise<void>
  /** Returns it untried, to be leased again. */
  giveBack(): Promise<void>
}

/** What a worker sees of a queue. */
export interface WorkSource<Work, Report, Result> {
  /** How often a lease is to be renewed, in milliseconds; absent where leases do not expire. */
  readonly heartbeat?: number
  /**
   * Takes the next piece of work, and waits for it.
   *
   * @returns undefined once the signal is given or there is nothing more to do
   */
  lease(signal?: AbortSignal): Promise<Lease<Work, Report, Result> | undefined>
  /** Lets the queue go. */
  close(): Promise<void>
}

/** What happens to a piece of work, told to whoever handed it out. */
export type QueueEvent<Report, Result> = { readonly id: string } & (
  | { readonly kind: 'progress'; readonly report: Report }
  | { readonly kind: 'complete'; readonly result: Result }
  | ({ readonly kind: 'failed' } & Failure)
  | { readonly kind: 'cancelled' }
)

/** What whoever hands out work sees of a queue. */
export interface WorkSink<Work, Report, Result> {
  /** Calls `heard` for what happens from now on to what is submitted here. */
  follow(heard: (event: QueueEvent<Report, Result>) => void): void
  /**
   * Hands out work. What the queue has already under the same name stays as it is, and is followed.
   */
  submit(work: readonly Queued<Work>[]): Promise<void>
  /**
   * Takes work back: what waits is cancelled at once, what a worker has is stopped at its next
   * heartbeat.
   */
  cancel(ids: readonly string[]): Promise<void>
  /** Lets the queue go; what was handed out stays in it. */
  close(): Promise<void>
}
