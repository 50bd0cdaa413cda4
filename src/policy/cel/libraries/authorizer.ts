import type { Library } from '#policy/cel/function.ts';

/** `authorizer` asks the API server what somebody may do. Nobody else can answer that. */
export const authorizer: Library = {
  name: 'authorizer',
  functions: [],
  refused: new Map([
    ['authorizer', 'only the API server can answer it'],
    ['authorizer.requestResource', 'only the API server can answer it'],
  ]),
};
