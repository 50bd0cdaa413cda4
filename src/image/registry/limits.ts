/** The bounds on what a registry may make us wait for, read or do. Times are in milliseconds, sizes in bytes. */
export const registryLimits = {
  /** Silence after which a request is given up, if the options say nothing else. */
  silence: 30_000,
  /** The same for the question whether a loopback or insecure registry speaks TLS at all. */
  probe: 5_000,
  /** Bytes a second below which a stream that is waited for counts as silent, so that drops do not keep it alive. */
  slowestRate: 1024,
  /** Time that a small document, such as a manifest or a token, may be waited for in all. */
  document: 120_000,
  /** How often a request is sent before its failure is final. */
  attempts: 5,
  firstBackoff: 500,
  longestBackoff: 20_000,
  /** The longest `Retry-After` that is obeyed; beyond it the failure is final and says when to come back. */
  retryAfter: 60_000,
  /** Time from the first attempt after which none is started any more. */
  patience: 120_000,
  /** Redirects of one request; registries make one, gateways before them two. */
  redirects: 5,
  /** How often a broken blob is taken up again. */
  resumptions: 5,
  /** Bytes of a chunk, where a blob is uploaded in several; and the largest that a registry may ask for. */
  chunk: 16 << 20,
  largestChunk: 128 << 20,
  /** How many times longer than usual a registry may be silent while it stores a blob. */
  storing: 4,
  /** How often what was written is read back until it is there. */
  readBacks: 7,
  /** How often a tag is written in competition with others, and how long at least they are given to be seen. */
  tagWrites: 16,
  settling: 500,
  /** Tags that are asked for, and bytes of a list from a registry that gives all it has. */
  tags: 32,
  tagBytes: 8 << 20,
  /** Bytes of an error's body. */
  errorBytes: 64 << 10,
  /** Bytes of a token service's answer; real tokens have some kilobytes. */
  tokenBytes: 256 << 10,
  /** How long a token is used at least and at most, whatever its service says. */
  shortestToken: 60_000,
  longestToken: 24 * 3_600_000,
  /** Pages and entries of a list of referrers. */
  referrerPages: 64,
  referrers: 10_000,
  /** Bytes of a file with credentials. */
  credentialFile: 1 << 20,
  /** Time that a credential helper may take (some ask a cloud), and bytes that it may write. */
  helperTime: 30_000,
  helperBytes: 256 << 10,
  /** Bytes of a certificate file, and files of a registry's folder. */
  certificateBytes: 1 << 20,
  certificateFiles: 64,
} as const;
