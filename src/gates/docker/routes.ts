/** What a call of the engine's interface does, as far as images go. */
export type CallKind =
  /** Nothing is run or brought in. */
  | { readonly kind: 'free' }
  /** The images stand in the body or the query. */
  | { readonly kind: 'container' | 'service' | 'pull' | 'plugin' }
  /** Images come in that nobody can see here. */
  | { readonly kind: 'unseen'; readonly way: UnseenWay };

/** The ways in which images come that a plugin is not shown, and that an administrator may let in all the same. */
export const unseenWays = ['build', 'load', 'import', 'plugin', 'rollback'] as const;
export type UnseenWay = (typeof unseenWays)[number];

const free = { kind: 'free' } as const;

/**
 * Every call that can change anything (moby, daemon/server/router). One that is not here is not known, and may be a new way to run an
 * image.
 */
const posts: readonly [path: RegExp, call: CallKind][] = [
  [/^\/containers\/create$/, { kind: 'container' }],
  [/^\/services\/create$/, { kind: 'service' }],
  [/^\/services\/[^/]+\/update$/, { kind: 'service' }],
  [/^\/images\/create$/, { kind: 'pull' }],
  [/^\/plugins\/pull$/, { kind: 'plugin' }],
  [/^\/plugins\/.+\/upgrade$/, { kind: 'plugin' }],
  [/^\/images\/load$/, { kind: 'unseen', way: 'load' }],
  [/^\/plugins\/create$/, { kind: 'unseen', way: 'plugin' }],
  // BuildKit is spoken to over connections that are taken over.
  [/^\/(?:build|session|grpc)$/, { kind: 'unseen', way: 'build' }],
  [/^\/(?:auth|commit)$/, free],
  [/^\/build\/(?:cancel|prune)$/, free],
  [/^\/(?:containers|images|networks|volumes)\/prune$/, free],
  [/^\/(?:configs|networks|secrets|volumes)\/create$/, free],
  [/^\/(?:configs|nodes|secrets)\/[^/]+\/update$/, free],
  [
    /^\/containers\/.+\/(?:attach|checkpoints|exec|kill|pause|rename|resize|restart|start|stop|unpause|update|wait)$/,
    free,
  ],
  [/^\/exec\/.+\/(?:resize|start)$/, free],
  [/^\/images\/.+\/(?:push|tag)$/, free],
  [/^\/networks\/.+\/(?:connect|disconnect)$/, free],
  [/^\/plugins\/.+\/(?:disable|enable|push|set)$/, free],
  [/^\/swarm\/(?:init|join|leave|unlock|update)$/, free],
];

const puts: readonly RegExp[] = [/^\/containers\/.+\/archive$/, /^\/volumes\/.+$/];

/** What a call does; nothing if it is not known. */
export function callKindOf(method: string, path: string): CallKind | undefined {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'OPTIONS':
    case 'DELETE':
      return free;
    case 'PUT':
      return puts.some((known) => known.test(path)) ? free : undefined;
    case 'POST':
      return posts.find(([known]) => known.test(path))?.[1];
    default:
      return undefined;
  }
}
