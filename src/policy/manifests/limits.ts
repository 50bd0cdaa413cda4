/** Bounds on files that name images. What is beyond them is not read, and named as such. */
export const limits = {
  /** Characters of a file: more than any rendered chart that is deployed as one. */
  characters: 8 << 20,
  /** YAML documents in a file. */
  documents: 20_000,
  /** Pieces of a document and of a file, as the lexer of YAML cuts them: about three a value. */
  pieces: 600_000,
  piecesOfFile: 4_000_000,
  /** Values of a document, with every alias in place of what it stands for. */
  values: 500_000,
  /** Steps from the root of a document. Kubernetes refuses what is deeper. */
  depth: 100,
  /** Images and actions of a file. */
  references: 50_000,
} as const;
