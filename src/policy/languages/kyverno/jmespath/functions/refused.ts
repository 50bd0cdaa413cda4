/** Functions that Kyverno has and this does not, each with the reason. A policy that uses one is not loaded. */
export const refusedFunctions: ReadonlyMap<string, string> = new Map([
  ['random', 'the same question must have the same answer'],
  ['is_external_url', 'it asks the name service for names that objects may choose'],
]);
