/**
 * Lint rules, and the way imports may point.
 *
 * An area may import its own files by `./…` and the areas below it by `#area/…`, never upwards and never by `../`.
 * The table is the one of docs/architecture.md.
 */
const belowIt: Record<string, readonly string[]> = {
  kit: [],
  image: ['kit'],
  versions: ['kit'],
  inventory: ['image', 'versions', 'kit'],
  advisories: ['versions', 'kit'],
  findings: ['inventory', 'advisories', 'image', 'versions', 'kit'],
  signatures: ['image', 'kit'],
  provenance: ['signatures', 'image', 'kit'],
  documents: ['findings', 'inventory', 'advisories', 'image', 'versions', 'kit'],
  policy: ['documents', 'provenance', 'signatures', 'findings', 'inventory', 'advisories', 'image', 'versions', 'kit'],
  gates: ['policy', 'documents', 'provenance', 'signatures', 'findings', 'inventory', 'image', 'versions', 'kit'],
};

const areas = [...Object.keys(belowIt), 'server', 'cli'];

const upwards = Object.entries(belowIt).map(([area, below]) => ({
  files: [`src/${area}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: String.raw`^\.\./`, message: 'Use #area/… for what lies in another folder.' },
          {
            group: areas.filter((other) => other !== area && !below.includes(other)).map((other) => `#${other}/**`),
            message: `src/${area} may import only: ${below.join(', ') || 'nothing'}.`,
          },
        ],
      },
    ],
  },
}));

export default {
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'node'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  options: { typeAware: true },
  rules: {
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-floating-promises': [
      'error',
      {
        allowForKnownSafeCalls: [
          { from: 'package', package: 'node:test', name: ['test', 'describe', 'before', 'after'] },
        ],
      },
    ],
    // Order matters more than overlap where we await in a loop.
    'no-await-in-loop': 'off',
    // Casts are kept to parsed edges by review, each with its reason.
    'typescript/no-unsafe-type-assertion': 'off',
    'import/no-named-as-default-member': 'off',
    // For windows of browsers; here it is threads that talk.
    'unicorn/require-post-message-target-origin': 'off',
    'oxc/no-map-spread': 'off',
    'unicorn/prefer-set-has': 'off',
    'unicorn/consistent-function-scoping': 'off',
    // The type checker already knows which functions must return.
    'typescript/consistent-return': 'off',
    // Texts sort by their characters, which is what we want everywhere.
    'typescript/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
  },
  overrides: [...upwards],
};
