/**
 * The bounds on what an image may make us read or keep. A limit is far above what honest images have (their own maxima are
 * noted), so that reaching one says: this was made to harm.
 */
export const imageLimits = {
  /** Bytes of a manifest or config; registries refuse manifests above 4 MiB themselves. */
  manifestBytes: 4 << 20,
  /** Bytes of an image index; the largest real ones are some 100 kB. */
  indexBytes: 8 << 20,
  /** Indexes inside indexes; real ones have one level. */
  indexDepth: 4,
  /** Layers of an image; the overlay driver can mount 500. */
  layers: 1000,
  /** Uncompressed bytes of a layer, and of all layers of an image. */
  layerBytes: 64 * 2 ** 30,
  /** How many times larger a layer may become when it is decompressed; repeated zeros reach 1,030 with gzip. */
  layerRatio: 1100,
  /** Below this size no ratio is a danger. */
  layerRatioFloor: 256 << 20,
  /** Files, folders and links of a layer; the largest real ones have about a million. */
  layerEntries: 4_000_000,
  /** Bytes of a path, as Linux has it (PATH_MAX). */
  pathBytes: 4096,
  /** Bytes of the extended header of one tar entry. */
  tarHeaderBytes: 1 << 20,
} as const;
