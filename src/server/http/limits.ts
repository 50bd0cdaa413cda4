import { admissionLimits } from '#gates/admission/limits.ts';

/** The bounds on what may be asked of a server at once, and how slowly. Sizes in bytes, times in milliseconds. */
export const httpLimits = {
  bodyBytes: admissionLimits.reviewBytes,
  /** All bodies that are held at the same time. */
  heldBytes: 96 << 20,
  /** Requests that are worked on at the same time; API servers try again. */
  requests: 1000,
  connections: 2000,
  /** Time for the head of a request, and for all of it; who is slower only holds connections. */
  head: 5000,
  request: 15_000,
  /** How long a connection is kept that asks nothing; API servers keep theirs for 90 s. */
  idle: 100_000,
  headBytes: 16 << 10,
  /** How long those that are under way may take when the server ends. */
  drain: 25_000,
} as const;
