/** One step of a benchmark: a training step or an inference; `close` ends its sessions, which writes their profiles. */
export type Step = (() => Promise<void>) & { readonly close?: () => Promise<void> }

/** Builds all that a step needs (graph, session, batch), so that the step itself is only the work. */
export type MakeStep = () => Promise<Step>
