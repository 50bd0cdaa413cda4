/** The bounds on what is read of one archive and of those inside it. */
export const archiveLimits = {
  /** Archives inside archives: an `.ear` with a `.war` with a `.jar` that carries another one has three. */
  depth: 5,
  /** Archives inside one file, at all depths; the largest honest applications have some 2,000. */
  archives: 5000,
  /** Bytes of an archive inside another that has to be decompressed, which is held in memory. */
  nestedBytes: 128 << 20,
  /** Bytes of all archives that are decompressed of one file. */
  totalBytes: 2 * 2 ** 30,
  /** Bytes of all manifests and poms of one file; those of a thousand artifacts have some 30 MB. */
  totalTextBytes: 256 << 20,
  /** Entries of one archive; the largest real ones, of all of a platform's classes, have some 150,000. */
  entries: 500_000,
  /** Bytes of a directory of entries. */
  directoryBytes: 128 << 20,
  /** Bytes of a manifest; those that sign every class have some megabytes. */
  manifestBytes: 16 << 20,
  /** Bytes of a `pom.properties`, which has three lines. */
  propertiesBytes: 64 << 10,
  /** Bytes of a `pom.xml`; the largest real ones have some 200 kB. */
  pomBytes: 1 << 20,
  /** Characters of the name of an entry; longer ones are not looked at. */
  nameCharacters: 1024,
  /** Problems that are told of one file. */
  problems: 100,
} as const;
