/**
 * The interface of a queue of jobs. It decouples the producer, which submits jobs, from the
 * workers, which lease them. The queue itself is in this process (`queues/in-process.ts`) or on a
 * server that many machines reach.
 *
 * A job runs at least once: after a worker is lost, its job is leased again. Its result is kept
 * exactly once, because the worker publishes it in one atomic step.
 */

/** A job and its id; each id is submitted once. */
export interface Queued<Work> {
  readonly id: string
  readonly work: Work
  /** Jobs of higher urgency are leased first; default: 0, the lowest. */
  readonly urgency?: number
  /** The name of what it is a part of, for observers: the jobs of a group are cancelled together. */
  readonly group?: string
}

/** Whether a worker still holds its lease; a lease is lost after too long without a heartbeat. */
export type LeaseState = 'held' | 'lost' | 'cancelled'

/** Why a job failed: `mistake` is true for invalid input, false for a bug or a lost process. */
export interface Failure {
  readonly message: string
  readonly mistake: boolean
}

/** A job that one worker holds. */
export interface Lease<Work, Report, Result> {
  readonly id: string
  readonly work: Work
  /** Renews the lease, and returns whether to continue. */
  heartbeat(): Promise<LeaseState>
  /** Reports progress to the producer. */
  progress(report: Report): void
  /** Completes the job; false if the lease was lost. */
  complete(result: Result): Promise<boolean>
  /** Fails this attempt; the queue decides whether to retry. */
  fail(failure: Failure): Promise<void>
  /** Returns the job to the queue without counting an attempt. */
  giveBack(): Promise<void>
}

/** The worker's side of a queue. */
export interface WorkSource<Work, Report, Result> {
  /** Milliseconds between heartbeats; absent if leases do not expire. */
  readonly heartbeat?: number
  /**
   * Leases the next job, waiting until there is one.
   *
   * @returns undefined once the signal is aborted or no jobs are left
   */
  lease(signal?: AbortSignal): Promise<Lease<Work, Report, Result> | undefined>
  /** Disconnects from the queue. */
  close(): Promise<void>
}

/** An event of a job, reported to its producer. */
export type QueueEvent<Report, Result> = { readonly id: string } & (
  | { readonly kind: 'progress'; readonly report: Report }
  | { readonly kind: 'complete'; readonly result: Result }
  | ({ readonly kind: 'failed' } & Failure)
  | { readonly kind: 'cancelled' }
)

/** The producer's side of a queue. */
export interface WorkSink<Work, Report, Result> {
  /** Calls `heard` for every later event of a submitted job. */
  follow(heard: (event: QueueEvent<Report, Result>) => void): void
  /** Submits jobs. A job that is already in the queue is not added again, only followed. */
  submit(work: readonly Queued<Work>[]): Promise<void>
  /**
   * Cancels jobs: waiting ones at once, leased ones at their next heartbeat.
   *
   * @throws LimbicError if the queue does not answer
   */
  cancel(ids: readonly string[]): Promise<void>
  /** Disconnects from the queue; submitted jobs stay in it. */
  close(): Promise<void>
}

/** Where a job is; its last state is for good unless it is submitted again. */
export const jobStates = ['waiting', 'running', 'complete', 'failed'] as const
export type JobState = (typeof jobStates)[number]

/** A job as observers see it. */
export interface SeenJob {
  readonly id: string
  readonly work: unknown
  readonly group?: string
  /** The latest report of its progress. */
  readonly report?: unknown
  /** The worker that holds it, or held it last. */
  readonly worker?: string
  /** When it was submitted, last leased, and ended, in milliseconds since 1970. */
  readonly times: Readonly<Partial<Record<'submitted' | 'leased' | 'ended', number>>>
  /** Why it failed, or its last attempt did; `cancelled` if it was. */
  readonly failure?: Failure | 'cancelled'
}

/** The observer's side of a queue: all jobs, whoever submitted them. */
export interface QueueView {
  /** The ids of all jobs by their state; those cancelled while a worker held them failed. */
  list(): Promise<Readonly<Record<JobState, readonly string[]>>>
  /** Those of these jobs that are still there. */
  read(ids: readonly string[]): Promise<readonly SeenJob[]>
  /**
   * Cancels jobs for all who follow them: unlike after `WorkSink.cancel`, none submits them again
   * by itself.
   */
  cancel(ids: readonly string[]): Promise<void>
  /** Disconnects from the queue. */
  close(): Promise<void>
}
