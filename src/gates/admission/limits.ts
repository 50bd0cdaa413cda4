/** The bounds on what an API server may send and gets. Sizes in bytes, times in milliseconds. */
export const admissionLimits = {
  /** A review holds an object twice, and API servers take 3 MiB a request. */
  reviewBytes: 16 << 20,
  /** Levels of JSON; Kubernetes' own limit for objects of others is 100 and the review has some of its own. */
  reviewDepth: 128,
  /** Images that one object may name: a pod of a megabyte has fewer. */
  images: 2000,
  /** What API servers wait if the address says nothing, and at most (`timeoutSeconds`). */
  usualTimeout: 10_000,
  longestTimeout: 30_000,
  /** What is kept of it for the way of the answer. */
  answering: 500,
  /** Characters of a warning, and of all of them: API servers cut what is more. */
  warning: 256,
  warnings: 4096,
  /** Characters of the message of a denial. */
  message: 8192,
} as const;
