const testFolder = /(?:^|\/)(?:tests?|__tests__|testdata|fixtures|__fixtures__)\//;

/**
 * Whether a path, from some position on, goes through a folder of tests: packages there are material for tests, which nobody
 * installed.
 */
export function isTestData(path: string, from: number): boolean {
  return testFolder.test(path.slice(from));
}
