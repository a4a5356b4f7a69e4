/** The states of a run in a list. */

/** `running`: a process computes it; `untrained`: no epoch of its (last) stage was finished. */
export const runStates = ['complete', 'running', 'unfinished', 'untrained', 'damaged'] as const
export type RunState = (typeof runStates)[number]
