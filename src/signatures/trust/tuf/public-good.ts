import root from './public-good-root.json' with { type: 'json' };

/** Sigstore's public instance: where its TUF repository is, and the root metadata that this program was shipped with. */
export const publicGood = {
  mirror: 'https://tuf-repo-cdn.sigstore.dev',
  root: JSON.stringify(root),
} as const;
