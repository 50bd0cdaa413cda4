/** What differs between the versions of the SPDX specification in what we write. */
export interface SpdxVersion {
  readonly version: string;
  /** Category of references to package managers; its hyphen was an underscore in JSON until 2.2. */
  readonly packageManager: string;
  /** Whether a package can say what it is for, and when it was built. */
  readonly purposes: boolean;
}

/** Version 2.3. */
export const spdx23: SpdxVersion = Object.freeze({
  version: 'SPDX-2.3',
  packageManager: 'PACKAGE-MANAGER',
  purposes: true,
});
