/** Checks a document against the official schema of its version; what is wrong, or nothing. */
export type SchemaCheck = (document: string) => Promise<unknown>;

/**
 * The check of the CycloneDX project's own library, if it is installed; it is not among the tests' requirements on every machine.
 */
export async function schemaCheck(version: string): Promise<SchemaCheck | undefined> {
  // The name is not literal, so that types are checked without the library as well.
  const name: string = '@cyclonedx/cyclonedx-library';
  try {
    const library = (await import(name)) as CyclonedxLibrary;
    const validator = new library.Validation.JsonStrictValidator(version);
    await validator.validate('{}');
    return (document) => validator.validate(document);
  } catch {
    return undefined;
  }
}

/** As much of the library as is used here. */
interface CyclonedxLibrary {
  readonly Validation: {
    readonly JsonStrictValidator: new (version: string) => { validate(document: string): Promise<unknown> };
  };
}
