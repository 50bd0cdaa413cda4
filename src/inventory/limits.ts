/** The bounds on what catalogers read. Beyond them a file is named in the coverage ledger as not read. */
export const inventoryLimits = {
  /** Bytes of a single file that a cataloger is given; the largest programs in honest images have some 500 MB. */
  fileBytes: 2 * 2 ** 30,
  /** Bytes of a text file that is parsed; the package database of a full desktop has 10 MB. */
  textBytes: 64 << 20,
  /** Packages that one file may tell of. */
  packagesPerFile: 100_000,
} as const;
