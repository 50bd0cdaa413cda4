/** What differs between the versions of the CycloneDX specification in what we write. */
export interface CyclonedxVersion {
  readonly version: string;
  readonly schema: string;
  /** `metadata.tools`: components since 1.5, a list of its own kind before. */
  readonly tools: 'components' | 'list';
  /** Whether there is `metadata.lifecycles`. */
  readonly lifecycles: boolean;
  /** Whether a component's evidence can say where it was found. */
  readonly occurrences: boolean;
  /** Whether a licence can be marked as declared. */
  readonly acknowledgement: boolean;
  /** The names of methods of rating, by version of CVSS; `other` for what has none. */
  readonly methods: Readonly<Record<CvssVersion, string>>;
}

/** The version of a vector; those of 2.0 have no prefix. */
export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';

/** Version 1.6 (ECMA-424, first edition). */
export const cyclonedx16: CyclonedxVersion = Object.freeze({
  version: '1.6',
  schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  tools: 'components',
  lifecycles: true,
  occurrences: true,
  acknowledgement: true,
  methods: Object.freeze({ '2.0': 'CVSSv2', '3.0': 'CVSSv3', '3.1': 'CVSSv31', '4.0': 'CVSSv4' }),
});
